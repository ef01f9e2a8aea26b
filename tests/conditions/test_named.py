"""Names that rooms above know: segments and tags as leaves, through a port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conditions.world import DAY, T0, ZONE, World
from windsock.conditions import Frame, NamedPort, Plan, named, people_of, plug_named, sentence
from windsock.conditions.model import read_condition
from windsock.conditions.plan import ours
from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

GIVEN = {"gold": [(1, "yes", 2.5), (1, "no", 0.5), (2, "12", 1.0), (3, None, None)]}


def _rows(plan: Plan, name: str) -> str:
    rows = [(person, "NULL" if value is None else f"'{value}'", "NULL" if weight is None else weight) for person, value, weight in GIVEN[name]]
    text = " UNION ALL ".join(f"SELECT {person} AS person, {value} AS value, CAST({weight} AS DOUBLE) AS weight" for person, value, weight in rows)
    return plan.add(plan.fresh("n"), ours(f"SELECT u.person, u.value, u.weight FROM ({text}) AS u"))


def _check(workspace: object, name: str, place: str) -> None:
    if name not in GIVEN:
        raise InvalidInput(f"There is no '{name}'.", where=place)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    monkeypatch.setattr(named, "_plugged", {})
    world = World()
    for did in range(1, 6):
        world.event(did, T0 + did, "a")
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


def _who(warehouse: LocalWarehouse, given: dict[str, Any]) -> list[int]:
    return list(people_of(warehouse, read_condition(given), Frame(T0 + DAY, ZONE)).persons)


def test_who_is_named_is_found_by_value_and_weight_and_with_other_conditions(stage: LocalWarehouse) -> None:
    plug_named("tag", NamedPort(_rows, _check, lambda name, language: "金卡" if language == "zh" else name))
    asked: list[tuple[dict[str, Any], list[int]]] = [
        ({"tag": "gold"}, [1, 2, 3]),
        ({"tag": "gold", "value": "yes"}, [1]),
        ({"tag": "gold", "op": "!=", "value": "yes"}, [1, 2, 3]),
        ({"tag": "gold", "op": ">", "value": 11}, [2]),
        ({"tag": "gold", "weight": 1}, [1, 2]),
        ({"tag": "gold", "op": "=", "value": "no", "weight": {"op": ">", "value": 1}}, []),
        ({"not": {"tag": "gold"}}, [4, 5]),
        ({"all": [{"did": "a"}, {"not": {"tag": "gold", "value": "yes"}}]}, [2, 3, 4, 5]),
        ({"any": [{"tag": "gold", "value": "12"}, {"did_not": "a"}]}, [2]),
    ]
    for given, wanted in asked:
        assert _who(stage, given) == wanted, given
    told = read_condition({"tag": "gold", "op": ">", "value": 11, "weight": 1})
    assert sentence(told, "en") == "tagged gold whose value > 11 and weight is at least 1"
    assert sentence(told, "zh") == "有标签“金卡”且值 > 11且权重至少 1"


def test_a_name_of_a_kind_that_nobody_knows_is_refused(stage: LocalWarehouse) -> None:
    with pytest.raises(InvalidInput, match="Nobody here knows a segment"):
        _who(stage, {"segment": "all"})
    with pytest.raises(InvalidInput, match="has no value"):
        read_condition({"tag": "gold", "op": "is null"})
