"""« Calculer » : plans, rankings, fronts and variants."""
