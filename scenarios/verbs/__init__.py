"""What a verb does beyond one run: evaluate, sweep, front, second opinion, doctor."""
