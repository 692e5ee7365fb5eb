"""What an analyst asks in Python, without the command line."""
