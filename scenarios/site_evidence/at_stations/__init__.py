"""Weather and climate of a site, from the stations around it or from a file brought."""
