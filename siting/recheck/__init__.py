"""The plan added up again without the program, and by another solver."""
