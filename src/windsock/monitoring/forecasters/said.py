"""A warning in one sentence, in both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from windsock.kernel.clock import iso
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.monitoring.forecasters.kept import Forewarning

Language = Literal["zh", "en"]
NAMED_MOST = 10


def sentence(one: Forewarning, zone: str, language: Language) -> str:
    """Return what a warning says.

    Args:
        one: the warning.
        zone: of the workspace, for its times.
        language: zh or en.
    """
    what, unit = one.what, str(one.what.about.get("unit") or "")
    key: Mapping[str, Any] = what.about.get("key") or {}
    place = ", ".join(str(value) for value in key.values())
    title = what.title_zh if language == "zh" else what.title_en
    told = {name: _figure(value, unit) for name, value in what.about.items() if isinstance(value, int | float)}
    told |= {name: value for name, value in what.about.items() if isinstance(value, str)}
    if "floor" in told:
        told["floor"] = f"{float(what.about['floor']):.0%}"
    due = iso(what.due_ms, zone)[:16].replace("T", " ")
    shown = f"{title} ({place})" if place else title
    return _words()[what.kind][language].format_map({**told, "title": shown, "probability": f"{what.probability:.0%}", "due": due})


def message(ones: Sequence[Forewarning], zone: str, language: Language) -> tuple[str, str]:
    """Return the subject and the lines of a message of one or several warnings, the likeliest first; ten are named."""
    said = [sentence(one, zone, language) for one in sorted(ones, key=lambda one: (-one.what.probability, one.id))]
    subject = said[0] if len(said) == 1 else _words()["many"][language].format(count=len(said), first=said[0])
    lines = said[:NAMED_MOST]
    if len(said) > NAMED_MOST:
        lines.append(_words()["more"][language].format(count=len(said) - NAMED_MOST))
    return subject, "\n".join([*lines, _words()["why"][language]])


def _figure(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "ratio" else f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.4g}"


@cache
def _words() -> Mapping[str, Any]:
    return read_yaml(files("windsock.monitoring.forecasters").joinpath("words.yaml").read_text("utf-8"))
