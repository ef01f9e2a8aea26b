"""Numbers and words of a mail in the reader's language."""

from __future__ import annotations

import functools
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from typing import Any, Literal, cast

from windsock.kernel.written import read_yaml

Language = Literal["zh", "en"]

_SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€"}
_LARGE = ((Decimal(999_950_000), Decimal(10**9), "B"), (Decimal(999_950), Decimal(10**6), "M"), (Decimal(10_000), Decimal(10**3), "K"))
_LARGE_ZH = {"ten thousand": (Decimal(10_000), Decimal(10**4), "万"), "hundred million": (Decimal(99_995_000), Decimal(10**8), "亿")}


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    found: Any = read_yaml(resources.files("windsock.metrics.reports").joinpath("words.yaml").read_text("utf-8"))
    return cast("dict[str, dict[str, str]]", found)


def word(key: str, language: Language, **values: object) -> str:
    """Return a phrase, its holes filled in."""
    return _words()[key][language].format(**values)


def brief(value: Decimal, language: Language, currency: str = "") -> str:
    """Return an amount as people read it: "¥1.28M" in English, "¥128 wan" with the Chinese mark in Chinese."""
    size, sign = abs(value), "-" if value < 0 else ""
    lead = f"{sign}{_SYMBOLS.get(currency, currency + ' ' if currency else '')}"
    steps = _LARGE if language == "en" else tuple(sorted(_LARGE_ZH.values(), reverse=True))
    for least, by, mark in steps:
        if size >= least:
            shown = size / by
            return f"{lead}{_plain(shown, 1 if shown >= 100 else 2)}{mark}"
    return f"{lead}{_plain(size, 0 if size >= 1000 else 2)}"


def figure(value: Decimal | None, unit: str, language: Language, currency: str) -> str:
    """Return a figure in its unit; a dash where it is missing, never 0."""
    if value is None:
        return "—"
    if unit == "ratio":
        return f"{_plain(value * 100, 1 if abs(value) >= Decimal('0.1') else 2)}%"
    return brief(value, language, currency if unit in ("money", "money_ratio") else "")


def change(before: Decimal | None, after: Decimal | None, unit: str, language: Language) -> str:
    """Return how a figure moved: points for ratios, percent for amounts."""
    if before is None or after is None or (unit != "ratio" and before == 0):
        return word("unchanged", language)
    if unit == "ratio":
        return f"{(after - before) * 100:+.2f} {word('points', language)}"
    return f"{(after - before) / abs(before) * 100:+.1f}%"


def _plain(value: Decimal, digits: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{rounded:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text
