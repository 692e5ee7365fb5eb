"""The window: reads a results folder and draws it; nothing flows back."""
