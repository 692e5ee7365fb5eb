"""What a run leaves: the folder, its exports, its proofs, the steps kept for the next."""
