"""What is mended of a row while it is read: its words, its arcs, its longitudes."""
