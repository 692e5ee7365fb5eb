"""Néo Terra on one page: each commitment against what a plan takes of it, and who decides."""
