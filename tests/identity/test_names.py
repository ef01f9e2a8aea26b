"""A page of rows names its people in one question."""

from __future__ import annotations

import pyarrow as pa
import pytest

from windsock.identity import assign_dids, display_names
from windsock.kernel.errors import TooLarge
from windsock.warehouse import LocalWarehouse


def test_people_are_named_masked_or_in_full(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assign_dids(tx, "login", pa.array(["GA10023455"]), pa.array([1]), 1)
        assign_dids(tx, "email", pa.array(["anna@example.com"]), pa.array([1]), 1)
    assert display_names(warehouse, [1, 2, 9], unmasked=False) == {1: "login GA***55", 2: "email a***@e***.com"}
    assert display_names(warehouse, [2], unmasked=True) == {2: "email anna@example.com"}
    assert display_names(warehouse, [], unmasked=True) == {}
    with pytest.raises(TooLarge, match="one page"):
        display_names(warehouse, range(1_001), unmasked=True)
