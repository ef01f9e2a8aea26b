"""Figures on a terminal, by their unit: shares as per cent, money to the cent, counts whole; CSV and JSON keep every digit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from windsock.kernel.money import CENT, half_up

_FINE = Decimal("0.0001")
_SMALL = Decimal("0.001")
_WHOLE = ("count", "nights")


def worded(value: object, unit: str | None) -> str:
    """Return a cell for people; a dash where there is nothing, and what is no figure as it is.

    >>> worded("0.893212553967", "ratio"), worded(Decimal("462.576"), "money"), worded(1622, "count"), worded(None, "ratio")
    ('89.32 %', '462.58', '1,622', '-')
    """
    if value is None:
        return "-"
    if unit is None or isinstance(value, bool):
        return str(value)
    number = Decimal(str(value))
    if unit == "ratio":
        return f"{_rounded(number)} %"
    if unit in _WHOLE and number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{half_up(number, CENT):,f}"


def hour_of_day(name: object) -> str | None:
    """Return an hour for people; nothing for what has none.

    >>> hour_of_day("2026-10-25T02:00:00+01:00"), hour_of_day(None)
    ('2026-10-25 02:00 +01:00', None)
    """
    return None if name is None else f"{dt.datetime.fromisoformat(str(name)):%Y-%m-%d %H:%M} {str(name)[-6:]}"


def change(value: object, unit: str) -> str:
    """Return a change for people: of shares in percentage points.

    >>> change("-0.002576392274", "ratio"), change("0.00002", "ratio"), change("15558.43", "money")
    ('-0.26 pp', '0.0020 pp', '15,558.43')
    """
    return f"{_rounded(Decimal(str(value)))} pp" if unit == "ratio" and value is not None else worded(value, unit)


def _rounded(share: Decimal) -> str:
    """Return a share as per cent with two decimals; with four where it is less than a tenth of one per cent."""
    return f"{half_up(share * 100, CENT if abs(share) >= _SMALL or not share else _FINE):,f}"
