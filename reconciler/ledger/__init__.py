"""Where the claims of a target are kept: which segments this repository manages, and what it last applied to them."""
