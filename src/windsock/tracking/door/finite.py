"""JSON with NaN and the infinities, which Python's library writes bare: made JSON again, as one of them must not cost a whole batch."""

from __future__ import annotations

import json

import msgspec

_MOST = 4 << 20


def finite(data: bytes) -> bytes:
    """Return JSON in which NaN and the infinities are null; the very same object when there is none, or more than 4 MB.

    Raises:
        ValueError: it is no JSON otherwise.
        RecursionError: it is nested too deeply.
    """
    if len(data) > _MOST or (b"NaN" not in data and b"Infinity" not in data):
        return data
    return msgspec.json.encode(json.loads(data, parse_constant=lambda _name: None))
