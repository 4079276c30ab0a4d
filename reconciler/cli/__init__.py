"""Speaks to people: arguments in, text and an exit code out. The only place that prints."""
