"""The doors of one kind of analysis: asked in a word, and what must hold at every one of them."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
from fastapi import APIRouter
from sqlalchemy import text

from tests.analyses.door import Opened
from tests.conditions.world import World
from windsock.governance import ROLES
from windsock.kernel.clock import FixedClock
from windsock.kernel.ids import CountedIds
from windsock.rooms import plug
from windsock.warehouse import schema
from windsock.workspace import Workspace, open_workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
MINUTE = 60_000
PERIOD = {"from": "2026-01-01", "to": "2026-01-01"}


@contextmanager
def opened(template: Path, world: World) -> Iterator[Workspace]:
    """Open a workspace with a world in it, some hours after what happened; one for all tests of a file, as none changes a fact."""
    plug()
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home = shutil.copytree(template, Path(folder) / "home")
        with open_workspace(home, own=True, clock=FixedClock(T + 5 * 60 * MINUTE), ids=CountedIds()) as workspace:
            with workspace.warehouse.transaction() as tx:
                for table, rows in world.rows.items():
                    tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
            yield workspace


class KindDoor(Opened):
    """A kind's router opened as a role, with a definition to ask."""

    def __init__(self, workspace: Workspace, router: APIRouter, definition: dict[str, Any], role: Any = "admin") -> None:
        super().__init__(workspace, router, role)
        self.prefix, self.definition = router.prefix, definition

    def post(self, path: str = "", more: dict[str, Any] | None = None, **body: Any) -> httpx.Response:
        """Ask the definition, with more in it."""
        return self.ask("POST", f"{self.prefix}{path}", {"definition": self.definition | (more or {}), **body})

    def total(self, **body: Any) -> int:
        """Return how long the list is."""
        answer = self.post("/people", **body)
        assert answer.status_code == 200, (body, answer.text)
        return answer.json()["total"]

    def file(self, **body: Any) -> list[dict[str, str]]:
        """Return the rows of a file."""
        answer = self.post("/export", **body)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", answer.text
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def audited(workspace: Workspace) -> list[str]:
    """Return what the audit trail says was done."""
    with workspace.records.read() as session:
        return [*session.execute(text("SELECT action FROM audit_entry ORDER BY 1")).scalars()]


def needed(router: APIRouter) -> dict[str, str]:
    """Return the permission that each door names."""
    return {route.path.removeprefix(router.prefix): route.openapi_extra["x-permission"] for route in router.routes}  # type: ignore[attr-defined]


DOORS = {"/schema": "metrics.read", "": "metrics.read", "/people": "people.see", "/explain": "people.see", "/export": "export"}


def check_refused(door: KindDoor, wrong: list[tuple[str, dict[str, Any]]]) -> None:
    """Say that each of these is refused with its place, as is what is wrong with every kind."""
    common: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": {}}), ("", {"definition": door.definition | {"colour": "red"}}), ("", {"asked_ms": 5}), ("", {"asked_ms": 2**53}),
        ("", {"definition": {key: value for key, value in door.definition.items() if key != "period"}}), ("", {"more": 1}),
        ("/people", {"cursor": "x"}), ("/people", {"limit": 1_000}), ("/people", {"limit": 0}), ("/explain", {"person": 0}), ("/explain", {}),
        ("/export", {"what": "all"}),
    ]  # fmt: skip
    for path, body in common + wrong:
        answer = door.ask("POST", f"{door.prefix}{path}", {"definition": door.definition, **body})
        assert answer.status_code == 422, (path, body, answer.text)
        assert answer.json()["error"]["where"], (path, body)


def check_personal(workspace: Workspace, router: APIRouter, definition: dict[str, Any], ways: list[dict[str, Any]]) -> None:
    """Say that only who may see people in full asks by personal fields."""
    common = [
        {"where": [{"field": "properties.email", "op": "=", "value": "a"}]},
        {"who": {"trait": "email", "op": "=", "value": "a@b.example"}},
    ]
    lead, admin = KindDoor(workspace, router, definition, "lead"), KindDoor(workspace, router, definition)
    assert "people.unmask" not in ROLES["lead"]
    for more in common + ways:
        refused = lead.post(more=more)
        assert (refused.status_code, refused.json()["error"]["fix"]) == (403, "Ask by another field."), more
        assert admin.post(more=more).status_code == 200, more
        for path, body in (("/people", {}), ("/explain", {"person": 1}), ("/export", {})):
            assert lead.post(path, more, **body).status_code == 403, (path, more)
