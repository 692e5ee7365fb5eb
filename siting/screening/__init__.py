"""From evidence to candidates: joined, judged criterion by criterion, ranked."""
