"""The program as it is written: inputs, variables, physics, rules, objective, and its plan."""
