"""Pure reasoning on sites: candidates, criteria, ranking, and the program that places the need."""
