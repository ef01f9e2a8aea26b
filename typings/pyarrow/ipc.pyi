"""Untyped in the library: everything is Any."""

from typing import Any

def __getattr__(name: str) -> Any: ...
