"""Fetching official services: polite, bounded, resumed, and never a silently smaller result."""
