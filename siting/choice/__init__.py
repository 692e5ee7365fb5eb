"""Which sites open, and how many."""
