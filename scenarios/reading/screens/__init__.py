"""What a verb shows first: tables that one screen of 80 columns holds."""
