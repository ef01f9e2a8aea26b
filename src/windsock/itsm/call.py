"""That somebody is to be told of an incident, and why."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.itsm.model.record import Record


@dataclass(frozen=True)
class Call:
    """Somebody is to be told.

    Attributes:
        why: ``opened``, ``reopened`` or ``escalated``.
        record: the incident as it is.
        to: who is on duty, by name; empty when nobody is.
        level: 1 to 3.
    """

    why: str
    record: Record
    to: str
    level: int
