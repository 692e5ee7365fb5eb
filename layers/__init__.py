"""Ground floor: what is known about a territory, how old it is, and who said so."""
