"""Decides, and touches nothing: no disk, network, clock, environment, randomness or logging below this name."""
