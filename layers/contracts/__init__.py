"""What a layer promises, and the papers it comes with."""
