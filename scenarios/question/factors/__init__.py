"""The constants of the footprints, as a scenario chooses them."""
