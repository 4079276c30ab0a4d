"""Turns plans, reports, drift and problems into text; it decides nothing, and knows no disk, terminal or network."""
