"""Events of closed days that an undone or replaced import took out, or an erasure emptied: gone, but with their days and counts noted."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.imports.make import ask, bring
from tests.metrics.restate.company import DAYS, LATER, VISITS, Company, asked, causes, noon
from windsock.governance import cli_actor
from windsock.imports.take_back import take_back
from windsock.metrics.restate import restatements_of_batch
from windsock.tracking import load_events
from windsock.tracking.erase import erase as erase_events


def test_events_that_were_taken_out_after_the_close_make_the_day_uncertain(traded: Company):
    traded.at("2026-01-03T10:00")
    lines = ("page_view,2026-01-01 00:05:00,v8", "page_view,2026-01-01 23:59:00,v9", "page_view,2026-01-02 12:00:00,v8")
    done = bring(traded.workspace, traded.folder / "three.csv", VISITS, "name,at,visitor", *lines)
    traded.bring_visits(DAYS[0], "v7")
    traded.at(LATER)
    assert asked(traded, "uv").days == ()
    batch = done.batch_id or ""
    take_back(traded.workspace, cli_actor(), batch)
    found = asked(traded, "uv")
    assert [(one.day, change.at_close, change.now, change.certain) for one in found.days for change in one.changes] == [
        (DAYS[1], 3, 3, False),
        (DAYS[0], 4, 4, False),
    ]
    assert causes(found) == {DAYS[0]: [("undo", "file", batch, 2)], DAYS[1]: [("undo", "file", batch, 1)]}
    assert not any(cause.exact for one in found.days for cause in one.causes)
    own = restatements_of_batch(traded.workspace, cli_actor(), batch).batch or {}
    assert (own["exact"], own["had"], own["had_days"]) == (False, [(DAYS[1], 1), (DAYS[0], 2)], 2)


@pytest.mark.slow
def test_two_batches_of_as_many_events_are_told_apart_by_their_days(traded: Company):
    traded.at("2026-01-03T10:00")
    first, second = (traded.bring_visits(day, "v8", "v9").batch_id or "" for day in DAYS[:2])
    traded.at(LATER)
    take_back(traded.workspace, cli_actor(), second)
    traded.clock.advance(seconds=1)
    assert causes(asked(traded, "uv")) == {DAYS[1]: [("undo", "file", second, 2)]}
    take_back(traded.workspace, cli_actor(), first)
    assert causes(asked(traded, "uv")) == {DAYS[0]: [("undo", "file", first, 2)], DAYS[1]: [("undo", "file", second, 2)]}


@pytest.mark.slow
def test_a_file_of_events_in_the_place_of_another_names_both(traded: Company):
    traded.at("2026-01-03T10:00")
    first = traded.bring_visits(DAYS[0], "v8", "v9").batch_id or ""
    traded.at(LATER)
    second = bring(traded.workspace, traded.folder / "r.csv", VISITS, "name,at,visitor", "page_view,2026-01-01 13:00:00,v8", replaces=first)
    found = asked(traded, "uv")
    assert {(change.now, change.certain) for one in found.days for change in one.changes} == {(4, False)}, "two are gone, and one came in their place"
    assert causes(found) == {DAYS[0]: [("undo", "file", first, 2), ("import", "file", second.batch_id, 1)]}


def test_an_erasure_is_told_by_day_where_a_metric_reads_what_it_empties(traded: Company):
    traded.at("2026-01-03T10:00")
    rows = {
        "event": ["page_view"] * 3,
        "anonymous_id": ["v1", "v1", "v5"],
        "session_id": [1, 2, 3],
        "client_ms": [noon(DAYS[0]), noon(DAYS[0]) + 1, noon(DAYS[1])],
        "received_ms": [noon(DAYS[0]), noon(DAYS[0]) + 1, noon(DAYS[1])],
        "message_id": ["c1", "c2", "c3"],
        "properties": ['{"campaign": "sale"}'] * 3,
    }
    with traded.workspace.warehouse.transaction() as tx:
        load_events(tx, "site", "inbox:campaign", pa.table(rows), traded.clock.ms, trust="server")
    traded.at(LATER)
    assert asked(traded, "campaign_visitors", "uv").days == ()
    dids = ask(traded.workspace, "SELECT did FROM identity WHERE id = 'v1'")
    for _ in range(2):
        erase_events(traded.workspace, [dids[0]["did"]])
        traded.clock.advance(seconds=1)
    found = asked(traded, "campaign_visitors", "uv")
    assert [(one.day, change.metric, change.now, change.certain) for one in found.days for change in one.changes] == [
        (DAYS[0], "campaign_visitors", 0, False)
    ], "counts of people stay as they were"
    assert causes(found) == {DAYS[0]: [("erasure", "", None, 2)]}
    kept = ask(traded.workspace, "SELECT * FROM event_taken")
    assert [(row["batch_id"], row["source"], row["events"], row["at_ms"]) for row in kept] == [(None, "", 2, noon(DAYS[0]) - 12 * 3_600_000)]
