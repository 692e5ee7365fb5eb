"""The one room that opens a file it has no reason to trust, in a bounded child."""
