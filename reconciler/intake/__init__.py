"""Reads what people and other runs hand in: JSON and TOML with positions, held against a schema or a model."""
