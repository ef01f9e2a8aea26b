"""The house rules hold for every file, and each rule catches a planted breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import shape, walls
from tests.house.tree import Source, sources, texts

RULES = {rule.__name__: rule for rule in (*walls.RULES, *shape.RULES)}
LONG = '"""Long."""\n' + "x = 1\n" * 400
LONG_FUNCTION = '"""Long."""\ndef f():\n' + "    x = 1\n" * 60
BREACHES = [  # rule, path, text
    ("engine_stays_in_the_warehouse", "src/windsock/metrics/run.py", "import duckdb\n"),
    ("engine_stays_in_the_warehouse", "src/windsock/orders/load.py", "def f():\n    from duckdb import connect\n"),
    ("sqlalchemy_stays_in_stores", "src/windsock/orders/load.py", "from sqlalchemy import select\n"),
    ("sqlalchemy_stays_in_stores", "src/windsock/orders/queries/rows.py", "import sqlalchemy.orm\n"),
    ("http_stays_at_the_door", "src/windsock/orders/load.py", "from fastapi import Request\n"),
    ("http_stays_at_the_door", "src/windsock/orders/commands.py", "import uvicorn\n"),
    ("terminal_stays_at_the_door", "src/windsock/orders/load.py", "import click\n"),
    ("rooms_meet_at_their_faces", "src/windsock/orders/load.py", "from windsock.catalog.store import rows\n"),
    ("rooms_meet_at_their_faces", "src/windsock/orders/load.py", "import windsock.catalog.tables\n"),
    ("rooms_meet_at_their_faces", "src/windsock/orders/load.py", "from windsock.catalog import hidden\n"),
    ("rooms_meet_at_their_faces", "src/windsock/orders/routes.py", "from windsock.catalog.routes import router\n"),
    ("a_room_lists_its_face", "src/windsock/orders/__init__.py", '"""Orders."""\n'),
    ("every_route_names_its_permission", "src/windsock/orders/routes.py", '@router.get("/x")\ndef x():\n    pass\n'),
    ("every_route_names_its_permission", "src/windsock/http/app.py", '@app.post("/x", openapi_extra={})\nasync def x():\n    pass\n'),
    (
        "every_route_names_its_permission",
        "src/windsock/orders/routes.py",
        '_READ = {}\n\n\n@router.get("/x", openapi_extra=_READ)\ndef x():\n    pass\n',
    ),
    ("names_say_what_is_inside", "src/windsock/orders/utils.py", ""),
    ("names_say_what_is_inside", "src/windsock/common/money.py", ""),
    ("every_file_has_a_docstring", "src/windsock/orders/load.py", "x = 1\n"),
    ("files_stay_short", "src/windsock/orders/load.py", LONG),
    ("functions_stay_short", "src/windsock/orders/load.py", LONG_FUNCTION),
]
ALLOWED = [
    ("engine_stays_in_the_warehouse", "src/windsock/warehouse/engine.py", "import duckdb\n"),
    ("sqlalchemy_stays_in_stores", "src/windsock/orders/store.py", "import sqlalchemy\n"),
    ("http_stays_at_the_door", "src/windsock/orders/routes.py", "import fastapi\n"),
    ("terminal_stays_at_the_door", "src/windsock/orders/commands.py", "import click\n"),
    (
        "rooms_meet_at_their_faces",
        "src/windsock/orders/load.py",
        "from windsock.catalog import upsert, model\nfrom windsock.catalog.model import Goods\n",
    ),
    ("rooms_meet_at_their_faces", "src/windsock/orders/load.py", "from windsock.orders.store import rows\nfrom windsock.kernel.money import CENT\n"),
    ("rooms_meet_at_their_faces", "src/windsock/rooms.py", "from windsock.catalog.routes import router\n"),
    ("rooms_meet_at_their_faces", "src/windsock/rooms.py", "from windsock.tracking.replay import commands\n"),
    (
        "every_route_names_its_permission",
        "src/windsock/jobs/routes.py",
        '@router.get("/x", openapi_extra={"x-permission": "a"})\ndef x():\n    pass\n',
    ),
    (
        "every_route_names_its_permission",
        "src/windsock/orders/routes.py",
        'R = needs("a")\n\n\n@router.get("/x", openapi_extra=R)\ndef x():\n    pass\n',
    ),
    ("every_route_names_its_permission", "src/windsock/orders/routes.py", '@router.get("/x", openapi_extra=needs("a"))\ndef x():\n    pass\n'),
]


def _planted(root: Path, path: str, text: str) -> Source:
    place = root / "src/windsock/catalog/__init__.py"
    place.parent.mkdir(parents=True)
    place.write_text('"""Goods."""\n\n__all__ = ["upsert"]\n')
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    return Source(root, path)


@pytest.mark.parametrize("name", RULES)
def test_the_tree_keeps_the_rule(name: str):
    assert [breach for source in sources() for breach in RULES[name](source)] == []


@pytest.mark.parametrize(("name", "path", "text"), BREACHES)
def test_a_breach_is_seen(tmp_path: Path, name: str, path: str, text: str):
    assert list(RULES[name](_planted(tmp_path, path, text)))


@pytest.mark.parametrize(("name", "path", "text"), ALLOWED)
def test_what_is_allowed_passes(tmp_path: Path, name: str, path: str, text: str):
    assert list(RULES[name](_planted(tmp_path, path, text))) == []


def test_every_rule_has_a_planted_breach():
    assert {name for name, _, _ in BREACHES} == set(RULES)


def test_the_permissions_of_routes_exist():
    from windsock.governance.model import PERMISSIONS

    named = {permission for source in sources() for _, _, permission in walls.routes(source) if permission}
    assert named
    assert named <= set(PERMISSIONS)


def test_chinese_lives_in_words():
    assert [breach for path, text in texts() for breach in shape.chinese_lives_in_words(path, text)] == []


@pytest.mark.parametrize(
    ("path", "text", "breaches"),
    [
        ("src/windsock/orders/load.py", 'STATE = "已取消"\n', 1),
        ("src/windsock/orders/load.py", 'STATE = Words("Cancelled", "已取消")\n', 0),
        ("src/windsock/orders/load.py", 'def f():\n    """Doc."""\n    return f"{1} 万"\n', 1),
        ("src/windsock/orders/words/zh.py", 'STATE = "已取消"\n', 0),
        ("web/src/pages/orders/list.tsx", "<b>订单</b>\n", 1),
        ("web/src/words/zh.ts", "订单\n", 0),
        ("README.zh-CN.md", "订单\n", 0),
        ("README.md", "订单\n", 1),
    ],
)
def test_chinese_in_code_is_seen(path: str, text: str, breaches: int):
    assert len(list(shape.chinese_lives_in_words(path, text))) == breaches
