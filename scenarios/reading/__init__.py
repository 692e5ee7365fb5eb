"""What is told of a question or a folder without solving it again."""
