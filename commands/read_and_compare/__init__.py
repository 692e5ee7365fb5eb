"""« Lire et comparer » : what results say, and whether they hold."""
