"""Explain a driver tree for one person: what was known at the start, which leaf it leads to, and which half the person is in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.drivers.ask import PersonLeaf, place_of
from windsock.analyses.drivers.model import Drivers
from windsock.conditions import Frame
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse


@dataclass(frozen=True)
class DriversProof:
    """Where a person is; None: nowhere, as they did not start, or their time is not over (``young``)."""

    person: int
    found: PersonLeaf | None
    young: bool
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for the start, one for each driver, and one for the leaf."""
        words = _words()
        if self.found is None:
            return [words["young" if self.young else "none"][language]]
        one = self.found
        half = words["estimates" if one.estimates else "decides"][language].format(leaf=one.leaf + 1)
        known = [words["known"][language].format(driver=driver, bin=label) for driver, label in one.known]
        return [words["start"][language].format(at=self._at(one.start_ms), y=f"{one.y.normalize():f}"), *known, half]

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        one = self.found
        return {
            "person": self.person,
            "leaf": None if one is None else one.leaf + 1,
            "start": None if one is None else self._at(one.start_ms),
            "figure": None if one is None else f"{one.y.normalize():f}",
            "estimates": None if one is None else one.estimates,
            "known": [] if one is None else [{"driver": driver, "is": label} for driver, label in one.known],
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.drivers").joinpath("words.yaml").read_text("utf-8"))


def explain_drivers(warehouse: Warehouse, drivers: Drivers, frame: Frame, person: int, *, cancel: Cancel | None = None) -> DriversProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        drivers: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_drivers``.
    """
    found, young = place_of(warehouse, drivers, frame, person, cancel=cancel)
    return DriversProof(person, found, young, frame.zone)
