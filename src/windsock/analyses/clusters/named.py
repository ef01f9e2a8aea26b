"""What features are called, and a short name for a cluster from what sets it apart most: a draft for people to make better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from windsock.analyses.clusters.model import Feature
from windsock.conditions import told_field
from windsock.kernel.written import read_yaml
from windsock.tracking import catalogue

APART = 0.5
"""From this difference on, in standard deviations of all people, a feature is named."""
NAMED_MOST = 2


@dataclass(frozen=True)
class Told:
    """A text in both languages."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        """Return it in a language."""
        return self.zh if language == "zh" else self.en

    def json(self, name: str) -> dict[str, dict[str, str]]:
        """Return it as it travels, under a name."""
        return {name: {"en": self.en, "zh": self.zh}}


@cache
def words() -> dict[str, dict[str, Any]]:
    """Return all words by what they are for."""
    return read_yaml(files("windsock.analyses.clusters").joinpath("words.yaml").read_text("utf-8"))


@cache
def title(feature: Feature) -> Told:
    """Return what a feature is called: as the definition says, or by what it measures."""
    if feature.given:
        return Told(feature.name, feature.name)
    return Told(_title(feature, "en"), _title(feature, "zh"))


def _title(feature: Feature, language: str) -> str:
    said = words()["titles"]
    names = () if feature.rows is None else feature.rows.events
    event = said["or"][language].join(_event(name, language) for name in names) or said["any"][language]
    of = "" if feature.of is None else told_field(feature.of, "zh" if language == "zh" else "en")
    called = "active" if feature.measure == "days" and not names else feature.measure
    return said[called][language].format(event=event, of=of)


def _event(name: str, language: str) -> str:
    kind = catalogue().get(name)
    return name if kind is None else kind.zh if language == "zh" else kind.en[:1].lower() + kind.en[1:]


def draft(features: Sequence[Feature], differences: Sequence[float], empty: Sequence[bool]) -> Told:
    """Return a name by the two features that differ most from those of all people, where they differ by half a standard deviation.

    Args:
        features: all of them.
        differences: for each the mean of the cluster on the common scale, where all people have 0.
        empty: for each whether everybody in the cluster has 0.
    """
    order = sorted((index for index, one in enumerate(differences) if abs(one) >= APART), key=lambda index: -abs(differences[index]))
    said = words()["drafts"]
    if not order:
        return Told(said["average"]["en"], said["average"]["zh"])

    def text(language: str) -> str:
        parts = [_part(features[index], differences[index], language, empty=empty[index]) for index in order[:NAMED_MOST]]
        return said["join"][language].join(parts)

    return Told(text("en"), text("zh"))


def _part(feature: Feature, difference: float, language: str, *, empty: bool) -> str:
    way = "high" if difference > 0 else "none" if empty else "low"
    if feature.measure == "recency" and not feature.given:
        kind = "recency"
    elif feature.measure == "times" and not feature.given:
        kind = "times"
    else:
        kind = "much" if feature.measure in ("sum", "money", "recency") else "many"
    return words()["drafts"][kind][way][language].format(title=title(feature).of(language))
