"""The channels that a new workspace starts with, and the words of the catalogue."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from windsock.catalog.model import Channel
from windsock.kernel.written import read_yaml

_RATES = ("commission_rate", "fee_per_segment", "payment_fee_rate")
_FILE: Final[dict[str, Any]] = read_yaml(files("windsock.catalog").joinpath("defaults.yaml").read_text("utf-8"))


def _channel(entry: dict[str, Any]) -> Channel:
    exact: dict[str, Any] = {name: Decimal(entry[name]) for name in _RATES if name in entry}
    return Channel(**{**entry, **exact})


DEFAULT_CHANNELS: Final[tuple[Channel, ...]] = tuple(_channel(entry) for entry in _FILE["channels"])
WORDS: Final[dict[str, dict[str, dict[str, str]]]] = {part: words for part, words in _FILE.items() if part != "channels"}
"""Titles by part (goods_kinds, channel_groups, source_states), word and language."""
