"""What a person reads while the tool works: lines folded to the screen, time left."""
