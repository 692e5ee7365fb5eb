"""A scenario: read, checked, explained, and turned into what the program takes."""
