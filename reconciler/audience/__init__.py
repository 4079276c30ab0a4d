"""Counts whom segments match over a table of users. It comes with the extra `audience`, and never knows a vendor."""
