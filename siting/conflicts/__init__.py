"""Why there is no plan, what each rule costs, and the least by which each must give way."""
