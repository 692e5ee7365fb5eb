"""The verbs of the command line, one thin file each: parse, call, print. ``cli.py`` opens them."""
