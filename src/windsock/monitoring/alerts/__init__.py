"""Alerts and silences: what they are, and which of their states follows which."""
