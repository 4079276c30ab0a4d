"""How fast the installed command is, held against the least program for the same work, and against its peers."""
