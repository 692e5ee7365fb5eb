"""What speaks to the solver: one kept program, started warm, cut, and broken of its ties."""
