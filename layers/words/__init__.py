"""Words, dates and faults: what every other room of the house speaks with."""
