"""Pages of the documentation generated from what runs."""
