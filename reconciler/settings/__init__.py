"""`reconciler.toml` and the environment as frozen values. Knows no vendor, and never shows a credential."""
