"""« Remettre » : what is drawn or written from results, for others."""
