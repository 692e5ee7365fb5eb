"""One request and its answer: polite, bounded in time and size, looked at before belief."""
