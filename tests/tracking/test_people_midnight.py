"""A search at 23:50 by nobody, a sign-in at 00:10, a payment at 00:20: one person who converted, in whatever order it is learnt."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from sqlglot import parse_one

from tests.tracking.make import T0, event, table
from windsock.tracking import load_events
from windsock.warehouse import LocalWarehouse

MINUTE = 60_000
CONVERTED = parse_one(
    """
    SELECT COUNT(*) AS people FROM (
        SELECT COALESCE(a.pid, e.did) AS pid FROM event AS e LEFT JOIN alias AS a ON a.did = e.did AND a.known_to_ms IS NULL
        GROUP BY 1 HAVING COUNT(*) FILTER (WHERE e.event = 'search') > 0 AND COUNT(*) FILTER (WHERE e.event = 'payment_succeeded') > 0
    ) AS person
    """,
    read="duckdb",
)
NIGHT = (
    event(message_id="s", anonymous_id="phone", event="search", client_ms=T0 - 10 * MINUTE),
    event(message_id="l", anonymous_id="phone", user_id="GA1", event="page_view", client_ms=T0 + 10 * MINUTE),
    event(message_id="p", anonymous_id=None, user_id="GA1", event="payment_succeeded", order_ref="A1", client_ms=T0 + 20 * MINUTE),
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_night_converts_one_person_in_any_order(warehouse: LocalWarehouse, order: tuple[int, ...]) -> None:
    for turn, place in enumerate((*order, *order)):
        one: dict[str, Any] = {**NIGHT[place], "received_ms": T0 + 30 * MINUTE + turn}
        with warehouse.transaction() as tx:
            report = load_events(tx, "app", f"b{turn}", table([one]), T0 + 31 * MINUTE + turn, trust="server")
        assert (report.stored, report.duplicate) == ((1, 0) if turn < 3 else (0, 1)), "what comes twice changes nothing"
    assert warehouse.query(CONVERTED).to_pylist() == [{"people": 1}]
