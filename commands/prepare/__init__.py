"""« Préparer » : what is read before any plan is computed."""
