"""What is told of a plan, sentence by sentence and topic by topic."""
