"""What is known of each format: its companions, its systems, its curves, its archives."""
