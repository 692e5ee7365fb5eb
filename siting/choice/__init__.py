"""Which sites open, how many, and what each of them changes."""
