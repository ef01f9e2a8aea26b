"""Windsock: the operations desk of a travel seller."""

__version__ = "0.1.0"
