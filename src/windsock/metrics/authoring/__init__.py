"""Metrics that people define themselves."""
