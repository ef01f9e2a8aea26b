"""Cursors: what goes in comes out, and nothing else is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.records import decode, encode, take

keys = st.lists(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=50), max_size=4)


@given(keys, st.text(max_size=20))
def test_a_cursor_comes_back(key, scope):
    assert decode(encode(key, scope=scope), length=len(key), scope=scope) == tuple(key)


@given(st.text(max_size=200))
def test_any_other_text_is_refused_or_a_true_cursor(text):
    try:
        values = decode(text, length=2, scope="jobs")
    except InvalidInput as error:
        assert error.where == "cursor"  # noqa: PT017 - either outcome is right
    else:
        assert len(values) == 2


@pytest.mark.parametrize("cursor", ["", "=", "x" * 3000, encode([1], scope="jobs"), encode([1, 2], scope="audit"), encode([[1], 2], scope="jobs")])  # type: ignore[list-item]
def test_wrong_length_scope_or_shape_is_refused(cursor):
    with pytest.raises(InvalidInput):
        decode(cursor, length=2, scope="jobs")


@given(st.lists(st.integers(), unique=True, max_size=40), st.integers(1, 7))
def test_pages_in_turn_are_the_whole_list(values, limit):
    values, seen, after = sorted(values), [], None
    while True:
        rest = [value for value in values if after is None or value > after]
        page = take(rest[: limit + 1], limit, lambda value: [value])
        assert len(page.items) <= limit
        seen.extend(page.items)
        if page.next_cursor is None:
            break
        (after,) = decode(page.next_cursor, length=1)
    assert seen == values
