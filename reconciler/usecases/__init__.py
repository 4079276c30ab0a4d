"""The verbs: each wires the ring to the core, and reads like the README. Nothing here prints or parses arguments."""
