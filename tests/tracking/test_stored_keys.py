"""What is stored is found by both halves of its key and its day; a message id that said something else is found by its day."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from windsock.tracking.stored_keys import keys_stored, said_otherwise
from windsock.warehouse import statement
from windsock.workspace import Workspace

EPOCH = dt.date(1970, 1, 1)


class Key(NamedTuple):
    """A row of ``event_key``."""

    day: int
    hi: int
    lo: int
    message: int


KEY = st.builds(Key, st.integers(20_000, 20_002), st.integers(-1, 1), st.integers(-2, 2), st.integers(1, 3))
KEYS = st.lists(KEY, max_size=12)


def put(workspace: Workspace, keys: list[Key]) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM event_key"))
        rows = {"dt": [EPOCH + dt.timedelta(days=key.day) for key in keys], "key_hi": [key.hi for key in keys], "key_lo": [key.lo for key in keys]}
        columns = {"dt": pa.array(rows["dt"], pa.date32()), **{name: pa.array(rows[name], pa.int64()) for name in ("key_hi", "key_lo")}}
        tx.append("event_key", pa.table({**columns, "message": pa.array([key.message or None for key in keys], pa.int64())}))


def asked(workspace: Workspace, keys: list[Key]) -> tuple[list[int], list[int]]:
    days, hi, lo, message = (np.array(column, np.int64) for column in zip(*keys, strict=True))
    with workspace.warehouse.transaction() as tx:
        return keys_stored(tx, days, hi, lo).tolist(), sorted(said_otherwise(tx, days, hi, lo, message).tolist())


@given(stored=KEYS, come=KEYS.filter(bool))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_found_one_by_one(workspace: Workspace, stored: list[Key], come: list[Key]) -> None:
    put(workspace, stored)
    known = [at for at, key in enumerate(come) if any(key[:3] == one[:3] for one in stored)]
    other = [
        at
        for at, key in enumerate(come)
        if any((key.day, key.message) == (one.day, one.message) and (key.hi, key.lo) != (one.hi, one.lo) for one in stored)
    ]
    assert asked(workspace, come) == (known, other)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (Key(20_000, 5, 7, 3), ([0], [])),
        (Key(20_000, 6, 7, 3), ([], [0])),
        (Key(20_000, 5, 8, 3), ([], [0])),
        (Key(20_001, 5, 7, 3), ([], [])),
        (Key(20_000, 6, 7, 4), ([], [])),
    ],
    ids=["the same", "one half by chance", "the other half by chance", "another day", "another message"],
)
def test_a_key_beside_one_that_is_stored(workspace: Workspace, key: Key, found: tuple[list[int], list[int]]) -> None:
    put(workspace, [Key(20_000, 5, 7, 3)])
    assert asked(workspace, [key]) == found


def test_nothing_is_asked_of_nothing(workspace: Workspace) -> None:
    put(workspace, [Key(20_000, 5, 7, 0)])
    with workspace.warehouse.transaction() as tx:
        none = np.array([], np.int64)
        assert not len(keys_stored(tx, none, none, none))


def test_one_message_id_for_everything_is_no_product_of_rows(workspace: Workspace) -> None:
    put(workspace, [Key(20_000, number, number, 9) for number in range(20_000)])
    found = asked(workspace, [Key(20_000, -number, -number, 9) for number in range(1, 20_001)])
    assert found == ([], list(range(20_000)))
