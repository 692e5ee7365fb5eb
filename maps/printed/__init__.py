"""Pages and pictures that are printed: synthesis, comparison, questions, fronts."""
