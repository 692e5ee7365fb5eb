"""Heat and water of a plan: figures, duties, who takes the heat, what an operator could choose."""
