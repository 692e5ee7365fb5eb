"""A territory judged cell by cell, and what is written of it."""
