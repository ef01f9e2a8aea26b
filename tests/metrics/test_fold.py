"""Days that are added up, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from windsock.kernel.period import Period
from windsock.metrics.catalogue import catalogue
from windsock.metrics.compile import Scope
from windsock.metrics.fold import adds_up, fold

FIRST = dt.date(2026, 3, 1)


def test_floats_are_left_to_the_engine_and_nothing_is_no_sum() -> None:
    bases = catalogue().bases(("page_views",))
    scope = Scope((), (), "total", Period(FIRST, FIRST), "Asia/Shanghai", 0, None)
    day_of = {"period": FIRST, "page_views": Decimal(2), "rows_0": 3}
    assert fold([day_of, {**day_of, "page_views": None}], bases, scope) == [{"page_views": 2, "rows_0": 6}]
    assert fold([{**day_of, "page_views": 0.5}], bases, scope) is None
    assert fold([], bases, scope) is None
    assert not adds_up(catalogue().bases(("page_views", "uv")))
