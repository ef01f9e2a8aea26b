"""What an analysis can be asked about: names of events that were stored, fields, and the values that a field had."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.analyses.personal import PREFIX, is_personal, personal_names
from windsock.conditions import EVENT_FIELDS, LINE_FIELDS, event_field, ours, told_field
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.tracking import catalogue

if TYPE_CHECKING:
    from windsock.workspace import Workspace

EVENTS_MOST, PROPERTIES_MOST, VALUES_MOST, TRAITS_MOST = 500, 200, 100, 100
SAMPLE = 20_000
_GRAINS = 1 << 20
_NAMES = f"""SELECT e.event, COUNT(*) AS volume, MAX(e.ts_ms) AS last_ms FROM event AS e GROUP BY e.event
    ORDER BY COUNT(*) DESC, e.event LIMIT {EVENTS_MOST}"""  # noqa: S608 - a number of ours
# A sample by the events' keys, which are hashes: the same events at each look, evenly over the time.
_PROPERTIES = f"""SELECT k.name, COUNT(*) AS n FROM (
    SELECT UNNEST(json_keys(e.properties)) AS name FROM event AS e
    WHERE NOT e.properties IS NULL AND (e.key_lo & {_GRAINS - 1}) * (SELECT COUNT(*) FROM event) < {SAMPLE * _GRAINS}
    ) AS k GROUP BY k.name ORDER BY COUNT(*) DESC, k.name LIMIT {PROPERTIES_MOST}"""  # noqa: S608 - numbers of ours
_ORDERS = "SELECT MIN(l.booked_date) AS first, MAX(l.booked_date) AS last FROM order_line AS l"
_TRAITS = f"""SELECT t.name FROM trait AS t WHERE NOT t.name IS NULL GROUP BY t.name
    ORDER BY COUNT(*) DESC, t.name LIMIT {TRAITS_MOST}"""  # noqa: S608 - a number of ours
_WRITABLE = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,79}", re.ASCII)
VALUED = frozenset(
    {
        "event", "source", "device", "platform", "route", "property", "currency", "provider", "outcome", "country", "app_version",
        "sales_channel",
    }
)  # fmt: skip
"""Fields whose values are listed: they name things, never somebody."""


@dataclass(frozen=True)
class Known:
    """Events by their number, with when the last was; fields of events and of lines of orders, named; days of booking; traits."""

    events: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    line_fields: list[dict[str, Any]]
    orders: dict[str, str] | None
    traits: list[str]


def known_of(workspace: Workspace) -> Known:
    """Return what can be asked about: at most 500 events, 200 properties and 100 traits, the most frequent ones; personal ones are left out."""
    stored, planned = workspace.warehouse.query(ours(_NAMES)).to_pylist(), personal_names(workspace)
    events = [
        {"name": row["event"], "title": _title(row["event"]), "volume": int(row["volume"]), "last": iso(int(row["last_ms"]), workspace.zone)}
        for row in stored
    ]
    names = [name for name in EVENT_FIELDS if not name.startswith(PREFIX)]
    found = [str(row["name"]) for row in workspace.warehouse.query(ours(_PROPERTIES)).to_pylist()] if stored else []
    names += [PREFIX + name for name in found if _WRITABLE.fullmatch(name) and not is_personal(name, planned)]
    days = workspace.warehouse.query(ours(_ORDERS)).to_pylist()[0]
    orders = None if days["first"] is None else {key: days[key].isoformat() for key in ("first", "last")}
    said = [str(row["name"]) for row in workspace.warehouse.query(ours(_TRAITS)).to_pylist()]
    traits = [name for name in said if not is_personal(name, planned)]
    return Known(events, _fields(names), _fields(LINE_FIELDS), orders, traits)


def _fields(names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"name": name, "title": {"en": told_field(name, "en"), "zh": told_field(name, "zh")}, "valued": name in VALUED} for name in names]


def _title(event: str) -> dict[str, str]:
    kind = catalogue().get(event)
    return {"en": event, "zh": event} if kind is None else {"en": kind.en, "zh": kind.zh}


def values_of(workspace: Workspace, field: str) -> list[str]:
    """Return the values of a field, the most frequent ones first, at most 100.

    Raises:
        InvalidInput: its values are not listed.
    """
    if field not in VALUED:
        raise InvalidInput(f"The values of '{field[:80]}' are not listed.", where="field", fix=f"Listed: {', '.join(sorted(VALUED))}.")
    column = event_field(field, "field").text().sql(dialect="duckdb")
    asked = f"SELECT {column} AS v FROM event AS e WHERE NOT {column} IS NULL GROUP BY {column} ORDER BY COUNT(*) DESC, {column} LIMIT {VALUES_MOST}"  # noqa: S608 - a column of ours
    return [str(row["v"]) for row in workspace.warehouse.query(ours(asked)).to_pylist()]
