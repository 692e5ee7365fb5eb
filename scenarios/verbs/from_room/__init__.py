"""What a room asked of its page: read, asked again in full, compared."""
