"""Cell by cell, what a declared set of rules excludes, allows, or cannot tell."""
