"""What a dashboard is: panels on a grid of twelve columns, each asking for metrics, with one period and one line of filters for all.

A dashboard never holds numbers. It is read from JSON or YAML and written back the same; whether a metric exists is not judged here, because a
metric may be deleted after the dashboard was made, which must spoil one panel and no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.definition import Words
from windsock.metrics.model.predicate import Predicate, predicate_from_json

Kind = Literal["number", "line", "bars", "table", "waterfall", "tree", "text", "analysis"]
Theme = Literal["overall", "user", "goods", "platform", "marketing", "channels", "hotel", "flight", "risk", "own"]
Compare = Literal["previous", "last_year"]
PanelGrain = Literal["auto", "hour", "day", "week", "month"]
KINDS: tuple[Kind, ...] = get_args(Kind)
THEMES: tuple[Theme, ...] = get_args(Theme)
GRAINS: tuple[PanelGrain, ...] = get_args(PanelGrain)
COMPARES: tuple[Compare, ...] = get_args(Compare)
TREES: tuple[Kind, ...] = ("waterfall", "tree")

COLUMNS = 12
WIDTH_MIN, HEIGHT_MIN, HEIGHT_MAX, ROWS_MAX = 2, 2, 24, 300
PANELS_MAX = 30
FILTERS_MAX = 8
WHERE_MAX = 10
DAYS_MAX = 800
TOP_MAX = 20
TITLE_MAX, TEXT_MAX = 120, 4_000
METRICS_MOST: dict[Kind, int] = {"number": 1, "line": 6, "bars": 8, "table": 10, "waterfall": 0, "tree": 0, "text": 0, "analysis": 0}
BY_MOST: dict[Kind, int] = {"number": 0, "line": 1, "bars": 1, "table": 3, "waterfall": 0, "tree": 0, "text": 0, "analysis": 0}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
_SAVED = re.compile(r"[A-Za-z0-9_\-]{1,40}", re.ASCII)
_ID = re.compile(r"[a-z0-9][a-z0-9_\-]{0,39}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where a panel stands, in columns (0 to 11) and rows from the top, and how wide and high it is."""

    x: int
    y: int
    w: int
    h: int

    def overlaps(self, other: Place) -> bool:
        """Say whether two panels would cover each other."""
        return self.x < other.x + other.w and other.x < self.x + self.w and self.y < other.y + other.h and other.y < self.y + self.h


@dataclass(frozen=True)
class Panel:
    """One card.

    Attributes:
        id: unique in its dashboard.
        kind: how it is drawn.
        title: in both languages; empty for the metric's own.
        at: its place on the grid.
        metrics: names of the library; one for a number, none for trees and texts.
        by: dimensions to cut by.
        where: filters of its own, besides the dashboard's.
        grain: size of the periods of a line; ``auto`` follows the length of the period, and is never an hour.
        top: how many values of a dimension are shown; the others are summed up where sums make sense.
        clock: the date that counts, None for each metric's own.
        text: what a text panel says.
        analysis: the id of a saved analysis, whose headline is shown.
    """

    id: str
    kind: Kind
    title: Words
    at: Place
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[Predicate, ...] = ()
    grain: PanelGrain = "auto"
    top: int = 8
    clock: str | None = None
    text: Words | None = None
    analysis: str | None = None

    def json(self) -> dict[str, Any]:
        """Return the panel as it is kept and travels."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title.json(),
            "at": {"x": self.at.x, "y": self.at.y, "w": self.at.w, "h": self.at.h},
            "metrics": list(self.metrics),
            "by": list(self.by),
            "where": [predicate.json() for predicate in self.where],
            "grain": self.grain,
            "top": self.top,
            "clock": self.clock,
            "text": None if self.text is None else self.text.json(),
            "analysis": self.analysis,
        }


@dataclass(frozen=True)
class Dashboard:
    """Panels with what they have in common: how many days, compared with what, and which filters stand on the page."""

    title: Words
    description: Words
    theme: Theme
    days: int
    compare: Compare
    filters: tuple[str, ...]
    panels: tuple[Panel, ...]

    def json(self) -> dict[str, Any]:
        """Return the dashboard as it is kept and travels."""
        return {
            "title": self.title.json(),
            "description": self.description.json(),
            "theme": self.theme,
            "days": self.days,
            "compare": self.compare,
            "filters": list(self.filters),
            "panels": [panel.json() for panel in self.panels],
        }

    def metrics(self) -> tuple[str, ...]:
        """Return the metrics that its panels name, each once, by name; trees stand on revenue."""
        return metrics_in(self.json())


def metrics_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the metrics of a dashboard as it is kept, which costs less than reading all of it; see ``Dashboard.metrics``."""
    panels = cast("Sequence[Mapping[str, Any]]", body["panels"])
    named = {str(name) for panel in panels for name in panel["metrics"]}
    return tuple(sorted(named | ({"revenue"} if any(panel["kind"] in TREES for panel in panels) else set[str]())))


def dashboard_from(given: Mapping[str, Any], where: str = "dashboard") -> Dashboard:
    """Read a dashboard.

    Raises:
        InvalidInput: says which panel and field is wrong.
    """
    _only(given, {"title", "description", "theme", "days", "compare", "filters", "panels"}, where)
    panels = given.get("panels", [])
    if not isinstance(panels, Sequence) or isinstance(panels, str) or len(cast("Sequence[Any]", panels)) > PANELS_MAX:
        raise InvalidInput(f"A dashboard has a list of at most {PANELS_MAX} panels.", where=f"{where}.panels")
    found = tuple(panel_from(panel, f"{where}.panels[{index}]") for index, panel in enumerate(cast("Sequence[Any]", panels)))
    _check_places(found, where)
    filters = _names(given.get("filters", []), FILTERS_MAX, f"{where}.filters")
    return Dashboard(
        title=words_from(given.get("title"), TITLE_MAX, f"{where}.title", needed=True),
        description=words_from(given.get("description"), TEXT_MAX, f"{where}.description"),
        theme=_one_of(given.get("theme", "own"), THEMES, f"{where}.theme"),
        days=_whole(given.get("days", 28), 1, DAYS_MAX, f"{where}.days"),
        compare=_one_of(given.get("compare", "previous"), COMPARES, f"{where}.compare"),
        filters=filters,
        panels=found,
    )


def panel_from(given: Any, where: str) -> Panel:  # noqa: ANN401 - JSON
    """Read a panel.

    Raises:
        InvalidInput: a field is wrong, or does not fit the kind.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput("A panel is an object.", where=where)
    body = cast("Mapping[str, Any]", given)
    _only(body, {"id", "kind", "title", "at", "metrics", "by", "where", "grain", "top", "clock", "text", "analysis"}, where)
    kind = _one_of(body.get("kind"), KINDS, f"{where}.kind")
    name = body.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise InvalidInput("A panel needs an id of small letters, digits, _ and -.", where=f"{where}.id")
    metrics = _names(body.get("metrics", []), METRICS_MOST[kind], f"{where}.metrics")
    if METRICS_MOST[kind] and not metrics:
        raise InvalidInput(f"A panel of the kind '{kind}' needs a metric.", where=f"{where}.metrics", fix="Choose one of the metric catalogue.")
    conditions = cast("list[Any]", body.get("where") or [])
    if not isinstance(body.get("where", []), list | None) or len(conditions) > WHERE_MAX:
        raise InvalidInput(f"A panel has a list of at most {WHERE_MAX} filters.", where=f"{where}.where")
    text = words_from(body.get("text"), TEXT_MAX, f"{where}.text", needed=True) if kind == "text" else None
    analysis = _analysis(body.get("analysis"), f"{where}.analysis") if kind == "analysis" else None
    clock = body.get("clock")
    if clock is not None and (not isinstance(clock, str) or not _NAME.fullmatch(clock)):
        raise InvalidInput("That is no clock.", where=f"{where}.clock")
    return Panel(
        id=name,
        kind=kind,
        title=words_from(body.get("title"), TITLE_MAX, f"{where}.title"),
        at=_place(body.get("at"), f"{where}.at"),
        metrics=metrics,
        by=_names(body.get("by", []), BY_MOST[kind], f"{where}.by"),
        where=tuple(_condition(one, f"{where}.where") for one in conditions),
        grain=_one_of(body.get("grain", "auto"), GRAINS, f"{where}.grain"),
        top=_whole(body.get("top", 8), 1, TOP_MAX, f"{where}.top"),
        clock=clock,
        text=text,
        analysis=analysis,
    )


def words_from(given: Any, longest: int, where: str, *, needed: bool = False) -> Words:  # noqa: ANN401 - JSON
    """Read a text in both languages; one that is there in one language only serves for both.

    Raises:
        InvalidInput: it is missing or too long.
    """
    pair = cast("Mapping[str, Any]", {"en": given, "zh": given} if isinstance(given, str) else given or {})
    if not isinstance(given, str | Mapping | None) or not all(isinstance(pair.get(key) or "", str) for key in ("en", "zh")):
        raise InvalidInput("A text has the languages en and zh.", where=where)
    en, zh = ((pair.get(key) or "").replace("\0", "").strip() for key in ("en", "zh"))
    if needed and not en and not zh:
        raise InvalidInput("A text is missing.", where=where, fix="Write it in English, in Chinese, or both.")
    if max(len(en), len(zh)) > longest:
        raise InvalidInput(f"A text is longer than {longest} characters.", where=where)
    return Words(en or zh, zh or en)


def compact(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Return panels moved up as far as they go, in reading order, none over another; the columns stay."""
    placed: list[Panel] = []
    for panel in sorted(panels, key=lambda one: (one.at.y, one.at.x)):
        at = panel.at
        above = [other.at.y + other.at.h for other in placed if other.at.x < at.x + at.w and at.x < other.at.x + other.at.w]
        placed.append(replace(panel, at=replace(at, y=max(above, default=0))))
    return tuple(placed)


def _analysis(given: Any, where: str) -> str:  # noqa: ANN401 - JSON
    if not isinstance(given, str) or not _SAVED.fullmatch(given):
        raise InvalidInput("A panel of the kind 'analysis' names a saved analysis.", where=where, fix="Write its id, as it stands in the list.")
    return given


def _condition(given: Any, where: str) -> Predicate:  # noqa: ANN401 - JSON
    if not isinstance(given, Mapping):
        raise InvalidInput("A filter is an object.", where=where, fix='Write {"field": ..., "op": ..., "value": ...}.')
    return predicate_from_json(cast("Mapping[str, Any]", given), where)


def _place(given: Any, where: str) -> Place:  # noqa: ANN401 - JSON
    if isinstance(given, list) and len(cast("list[Any]", given)) == 4:
        given = dict(zip("xywh", cast("list[Any]", given), strict=True))
    if not isinstance(given, Mapping):
        raise InvalidInput("A panel needs a place.", where=where, fix='Write {"x": 0, "y": 0, "w": 6, "h": 6}.')
    at = cast("Mapping[str, Any]", given)
    _only(at, {"x", "y", "w", "h"}, where)
    width = _whole(at.get("w"), WIDTH_MIN, COLUMNS, f"{where}.w")
    return Place(
        _whole(at.get("x"), 0, COLUMNS - width, f"{where}.x"),
        _whole(at.get("y"), 0, ROWS_MAX, f"{where}.y"),
        width,
        _whole(at.get("h"), HEIGHT_MIN, HEIGHT_MAX, f"{where}.h"),
    )


def _check_places(panels: Sequence[Panel], where: str) -> None:
    seen: set[str] = set()
    for index, panel in enumerate(panels):
        if panel.id in seen:
            raise InvalidInput(f"Two panels are called '{panel.id}'.", where=f"{where}.panels[{index}].id")
        seen.add(panel.id)
        for other in panels[:index]:
            if panel.at.overlaps(other.at):
                raise InvalidInput(
                    f"The panels '{other.id}' and '{panel.id}' cover each other.", where=f"{where}.panels[{index}].at", fix="Move one."
                )


def _names(given: Any, most: int, where: str) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    if not isinstance(given, list) or len(cast("list[Any]", given)) > most:
        raise InvalidInput(f"That is a list of at most {most} names.", where=where)
    names = cast("list[Any]", given)
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        raise InvalidInput("A name has small letters, digits and _ only.", where=where)
    if len(set(names)) != len(names):
        raise InvalidInput("A name stands twice.", where=where)
    return tuple(names)


def _one_of(given: Any, known: tuple[Any, ...], where: str) -> Any:  # noqa: ANN401 - one of a Literal's values
    if given not in known:
        raise InvalidInput(f"'{str(given)[:40]}' is not known here.", where=where, fix=f"Use one of: {', '.join(known)}.")
    return given


def _whole(given: Any, least: int, most: int, where: str) -> int:  # noqa: ANN401 - JSON
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise InvalidInput(f"A whole number from {least} to {most} is needed.", where=where)
    return given


def _only(given: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(str(key)[:40] for key in given if key not in known)
    if unknown:
        raise InvalidInput(f"'{unknown[0]}' is not known here.", where=where, fix=f"Known: {', '.join(sorted(known))}.")
