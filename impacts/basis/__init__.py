"""Constants, array types and the ledger that every quantity is registered in."""
