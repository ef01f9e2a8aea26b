"""How many of what, in English: one row, two rows."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with what it counts.

    Args:
        number: how many.
        one: what one of them is called, with its verb where there is one.
        several: what more or none of them are called; ``one`` and an s by default.

    >>> counted(1, "row"), counted(2000, "row"), counted(0, "row is", "rows are")
    ('1 row', '2,000 rows', '0 rows are')
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
