"""How sure a plan is: its constants drawn, and the need, prices and rooms where one asks."""
