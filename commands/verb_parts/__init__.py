"""What several verbs share: their options, what completes them, how they answer."""
