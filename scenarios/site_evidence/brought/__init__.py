"""What a user brings of their own, joined to the evidence: sites and zones."""
