"""Working ahead: same items, same order; errors arrive; an early stop stops the work."""

from __future__ import annotations

import threading

import pytest

from windsock.demo.ahead import ahead


def _numbers(until: int, seen: list[int]):
    for number in range(until):
        seen.append(number)
        yield number


def test_items_come_in_order():
    assert list(ahead(iter(range(50)))) == list(range(50))


def test_an_error_is_raised_by_the_reader():
    def broken():
        yield 1
        raise ValueError("no more")

    items = ahead(broken())
    assert next(items) == 1
    with pytest.raises(ValueError, match="no more"):
        next(items)


def test_stopping_early_stops_the_thread():
    seen: list[int] = []
    items = ahead(_numbers(1_000, seen))
    assert next(items) == 0
    items.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    assert len(seen) < 10
    assert not [thread for thread in threading.enumerate() if thread.name == "demo-ahead"]
