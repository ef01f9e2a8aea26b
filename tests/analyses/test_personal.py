"""Which properties are personal by what they are called."""

from __future__ import annotations

import pytest

from windsock.analyses.personal import is_personal


@pytest.mark.parametrize("name", ["email", "contactPhone", "ip", "ipv6", "clientIp", "clientIPAddress", "geo.lat", "device_mac", "gps"])
def test_what_tells_who_or_where_somebody_is_is_personal(name: str) -> None:
    assert is_personal(name, frozenset())


@pytest.mark.parametrize("name", ["trip_type", "ship_mode", "flat", "zip", "machine", "tipped", "url"])
def test_other_words_are_not(name: str) -> None:
    assert not is_personal(name, frozenset())


def test_the_plan_says_so_of_any() -> None:
    assert is_personal("seat", frozenset({"seat"}))
