"""What a walk through a fault says, in both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from windsock.kernel.written import read_yaml


@cache
def _words() -> dict[str, Any]:
    return read_yaml(files("windsock.demo").joinpath("walk.yaml").read_text("utf-8"))


def said(name: str, language: str, **given: object) -> str:
    """Return a line in a language, filled in."""
    return str(_words()[name][language]).format(**given)
