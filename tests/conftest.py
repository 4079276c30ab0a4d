"""Hypothesis profiles: a small one by default, and `worlds` for the long run of the state machine."""

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("worlds", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("default")
