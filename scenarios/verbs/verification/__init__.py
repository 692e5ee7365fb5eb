"""What a results folder proves of itself: written again from its plan, or worked again whole."""
