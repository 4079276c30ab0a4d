"""Audience segments as code: definitions in git, planned against and applied to a vendor's live segments."""

__version__ = "0.1.0"
