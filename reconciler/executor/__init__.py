"""Carries a plan out, through ports: the only package that writes. It never decides what to do."""
