"""« Se dépanner » : the machine, the error codes, the shell."""
