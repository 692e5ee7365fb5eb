"""Results on disk: written beside and renamed, read back with their hashes checked."""
