"""Retention: of those who started, how many came back, and when."""
