"""Exact money: decimals only, half up, parts that sum to the whole.

Amounts travel as ``decimal.Decimal`` with their ISO 4217 currency beside them and are stored as DECIMAL(18,4).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

CENT = Decimal("0.01")
STORED = Decimal("0.0001")


def text(amount: Decimal) -> str:
    """Return an amount as exact plain text: at least two decimals, no digit dropped, no exponent.

    >>> text(Decimal("1234.5600")), text(Decimal("7")), text(Decimal("0.1250"))
    ('1234.56', '7.00', '0.125')
    """
    plain = f"{amount:f}"
    whole, _, decimals = plain.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def half_up(amount: Decimal, quantum: Decimal = CENT) -> Decimal:
    """Round half up (away from zero) to a quantum.

    >>> half_up(Decimal("0.125")), half_up(Decimal("-2.345"))
    (Decimal('0.13'), Decimal('-2.35'))
    """
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(quantum, rounding=ROUND_HALF_UP)


def allocate(total: Decimal, shares: Sequence[Decimal], quantum: Decimal = CENT) -> list[Decimal]:
    """Round unrounded shares to a quantum so that they sum to ``total`` exactly (largest remainder).

    Args:
        total: the whole, a multiple of the quantum.
        shares: unrounded parts, of any sign, whose sum is the total but for noise far below the quantum.
        quantum: the smallest unit, a cent by default.

    Returns:
        As many parts as shares. Equal remainders go to the earlier part, so that the result is stable.

    >>> allocate(Decimal("10.00"), [Decimal(10) / 3] * 3)
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
    if not shares:
        return []
    with localcontext() as context:
        context.prec = 60
        floors = [share.quantize(quantum, rounding=ROUND_FLOOR) for share in shares]
        missing = int(((total - sum(floors, Decimal(0))) / quantum).to_integral_value())
        order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
        step = 1 if missing > 0 else -1
        order = order if missing > 0 else order[::-1]
        for turn in range(abs(missing)):
            floors[order[turn % len(order)]] += quantum * step
        return floors
