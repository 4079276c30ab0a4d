"""Measurements that a newcomer can repeat: `python -m benchmarks.apply`."""
