"""Which free properties of events a statement may read: those that are seen and name nobody, each as text."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.known import known_of
from windsock.analyses.personal import PREFIX, is_personal, personal_names, words_of

if TYPE_CHECKING:
    from windsock.workspace import Workspace

MOST = 60
LOOK_S = 600.0
"""New names are looked for so often; one that became personal is left out at once."""


_TELLING = frozenset({"referrer", "referer", "url", "href", "ua"})
"""Words in names of properties whose values carry what somebody typed or uses, besides those that are personal everywhere."""
_ADDRESS = "^[0-9]{1,3}([.][0-9]{1,3}){3}|^[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LONG_NUMBER = len("13812345678")
# What looks like an address or a telephone number is left out by its look, as on the pages; a value too short for that is not looked at.
_PLAIN = f"""CASE WHEN LEFT({{0}}, 1) IN ('{{{{', '[') THEN NULL WHEN LENGTH({{0}}) < 7 THEN {{0}}
    WHEN CONTAINS({{0}}, '@') OR REGEXP_MATCHES({{0}}, '{_ADDRESS.replace("{", "{{").replace("}", "}}")}') THEN NULL
    WHEN LENGTH({{0}}) < {_LONG_NUMBER} OR REGEXP_MATCHES({{0}}, '{_DAY.replace("{", "{{").replace("}", "}}")}') THEN {{0}}
    WHEN LENGTH(REGEXP_REPLACE({{0}}, '[^0-9]', '', 'g')) >= {_LONG_NUMBER} THEN NULL ELSE {{0}} END"""


@dataclass(frozen=True)
class Fields:
    """Names of properties, the most frequent first, and when they were looked up."""

    names: tuple[str, ...]
    at: float = 0.0

    def __eq__(self, other: object) -> bool:
        """Compare the names alone."""
        return isinstance(other, Fields) and self.names == other.names

    def __hash__(self) -> int:
        """Hash the names alone."""
        return hash(self.names)

    def rows(self, rows: str) -> str:
        """Return the rows of events with the properties read once, as the list ``x.found``."""
        if not self.names:
            return rows
        paths = ", ".join(exp.Literal.string(f'$."{name}"').sql("duckdb") for name in self.names)
        read = f"(SELECT e.*, json_extract_string(e.properties, [{paths}]) AS found FROM event AS e) AS x"  # noqa: S608 - literals as SQLGlot prints them
        return rows.replace("event AS x", read, 1)

    def column(self) -> str:
        """Return them as one column; lists and objects are left out, as nobody knows what is in them."""
        if not self.names:
            return "CAST(NULL AS VARCHAR)"
        cells = [
            f"{exp.to_identifier(name, quoted=True).sql('duckdb')} := {_PLAIN.format(f'x.found[{number}]')}"
            for number, name in enumerate(self.names, 1)
        ]
        return f"STRUCT_PACK({', '.join(cells)})"


def fields_of(workspace: Workspace, known: Fields | None, *, asked: bool) -> Fields:
    """Return the properties that may be read; those that are known already, unless it is time to look again and they are asked for."""
    known = known or Fields(())
    if asked and (not known.at or time.monotonic() - known.at > LOOK_S):
        found = [field["name"].removeprefix(PREFIX) for field in known_of(workspace).fields if field["name"].startswith(PREFIX)]
        known = Fields((*known.names, *(name for name in found if name not in known.names))[:MOST], time.monotonic())
    planned = personal_names(workspace)
    return Fields(tuple(name for name in known.names if not _tells(name, planned)), known.at)


def _tells(name: str, planned: frozenset[str]) -> bool:
    """Say whether a property may name somebody, or tell where they are or what they typed."""
    return is_personal(name, planned) or not _TELLING.isdisjoint(words_of(name))
