"""Definition files: found, read, held against a schema, formatted and written. Knows no vendor and no network."""
