"""Reasons as sentences: why a finding is like a known event or is not, in both languages."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Literal

from windsock.kernel.written import read_yaml
from windsock.metrics import catalogue, dimension_title
from windsock.monitoring.event_library.model import Reason

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_FITS = {1: "fits", 0: "not", -1: "against", None: "unknown"}
_ANY: dict[Language, str] = {"en": " or ", "zh": "或"}  # between alternatives


def sentence(reason: Reason, language: Language) -> str:
    """Return a reason as a sentence without a full stop."""
    words = _words()
    what = _ANY[language].join(_called(one, reason, language) for one in reason.what.split(" | "))
    return words[f"{reason.part}_{_FITS[reason.fit]}"][language].format(what=what)


def _called(what: str, reason: Reason, language: Language) -> str:
    if reason.part in ("moves", "steady"):
        metric = catalogue().metrics.get(what)
        return what if metric is None else metric.title.json()[language]
    if reason.part in ("beside", "course"):
        return _words()[what][language] if what in _words() else what
    dimension, sign, values = what.partition(" = ")
    title = dimension_title(dimension)
    return (dimension if title is None else title.json()[language]) + sign + values


@functools.cache
def _words() -> dict[str, dict[Language, str]]:
    return read_yaml(files("windsock.monitoring.event_library").joinpath("words.yaml").read_text("utf-8"))
