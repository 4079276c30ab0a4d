"""The one way out over HTTP: requests at a pace, sent again where that may help. It knows no vendor and no GitHub."""
