"""Somebody who refused analytics is left out of metrics of people, and what was done still counts."""

from __future__ import annotations

import datetime as dt

from tests.metrics.conftest import Shop
from tests.metrics.test_answer import ask


def test_who_refused_analytics_is_no_visitor_and_has_no_session_but_the_view_counts(shop: Shop) -> None:
    shop.visits(dt.date(2026, 3, 3), people=3)
    for row, allowed in zip(shop.rows["event"], (True, False, None), strict=True):
        row["analytics_ok"] = allowed
    shop.save()
    found = ask(shop.workspace, "uv", "sessions", "page_views")
    assert found == [{"uv": 2, "sessions": 2, "page_views": 3}], "refused is left out; where nothing was said, nothing is held against it"
