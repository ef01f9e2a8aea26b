"""Rows that are made one by one: what could not be read, and anything else that is rare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.tracking.wire.arrays import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.tracking.wire.arrays import Part


class Rows:
    """Rows with their places among all."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._rows: list[Mapping[str, Any]] = []
        self._at: list[int] = []

    def add(self, given: Mapping[str, Any], at: int) -> None:
        """Add a row by column name, at a place; what is not given is NULL."""
        self._rows.append(given)
        self._at.append(at)

    def forget(self, at: int) -> None:
        """Forget what was added from a place on."""
        kept = [number for number, place in enumerate(self._at) if place < at]
        self._rows, self._at = [self._rows[number] for number in kept], [self._at[number] for number in kept]

    def parts(self) -> list[Part]:
        """Return them as a table, if there are any."""
        if not self._rows:
            return []
        names = dict.fromkeys(name for row in self._rows for name in row)
        return [(table_of(len(self._rows), {name: [row.get(name) for row in self._rows] for name in names}), self._at)]
