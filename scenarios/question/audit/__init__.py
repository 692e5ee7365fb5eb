"""The audit of existing datacenters: written to be filled, read back, every fault told at once."""
