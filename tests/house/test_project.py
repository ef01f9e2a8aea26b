"""The project as a whole keeps its promises, and each rule catches a planted breach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.house import promises
from tests.house.tree import ROOT, packages, pyproject, texts

# Which room answers for the people in a table of the warehouse, until rooms declare it themselves.
ROOM_OF = {
    "event": "tracking",
    "quarantine": "tracking",
    "device_clock": "tracking",
    "trait": "identity",
    "identity": "identity",
    "identity_edge": "identity",
    "alias": "identity",
    "import_rejection": "orders",
    "orders": "orders",
    "order_line": "orders",
    "passenger": "orders",
    "ticket": "orders",
    "visit_hour": "metrics",
    "segment_member": "audiences/segments",
    "segment_listed": "audiences/segments",
    "person_class": "audiences",
    "model_score": "audiences",
}


def _layers() -> list[str]:
    return next(contract["layers"] for contract in pyproject()["tool"]["importlinter"]["contracts"] if contract["type"] == "layers")


def test_no_foreign_words():
    assert list(promises.foreign_words(texts())) == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "pypi" + ".org/x",
        "cd /" + "work/main",
        "HOME=/" + "root/x",
        '"resolved": "https://registry' + ".npmjs.org/a",
        "Co-" + "authored-by: x",
    ],
)
def test_a_foreign_word_is_seen(text: str):
    assert list(promises.foreign_words([("docs/x.md", text)]))


@pytest.mark.parametrize("text", ["GET /api/work/main", "uv pip compile", "src/windsock/home/x", "https://example.com/opt/x"])
def test_an_innocent_word_passes(text: str):
    assert list(promises.foreign_words([("docs/x.md", text)])) == []


def test_rooms_agree_everywhere():
    from windsock.rooms import ROOMS

    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert list(promises.rooms_disagree(set(packages()), _layers(), plan, {room.name for room in ROOMS})) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tree": {"orders", "kernel", "attic"}}, "attic: no floor"),
        ({"layers": ["(orders)", "kernel"]}, "orders: built, but in parentheses"),
        ({"layers": ["orders", "metrics", "kernel"]}, "metrics: not built"),
        ({"plan": "kernel/  ground\n"}, "orders: not in ARCHITECTURE.md"),
        ({"plan": "kernel/  ground\norders/  sold\nmetrics/  figures\n", "layers": ["(metrics)", "orders", "kernel"]}, "metrics: in ARCHITECTURE.md"),
        ({"listed": set()}, "orders: not in rooms.py"),
        ({"listed": {"orders", "attic"}}, "attic: in rooms.py"),
    ],
)
def test_rooms_that_disagree_are_seen(change: dict[str, Any], complaint: str):
    agreed: dict[str, Any] = {
        "tree": {"orders", "kernel"},
        "layers": ["orders", "kernel"],
        "plan": "kernel/  ground\norders/  sold\n",
        "listed": {"orders"},
    }
    assert list(promises.rooms_disagree(**agreed)) == []
    assert any(line.startswith(complaint) for line in promises.rooms_disagree(**agreed | change))


def test_every_personal_table_has_an_eraser():
    from windsock.warehouse import schema

    personal = [table.name for table in schema.TABLES if table.personal]
    assert personal
    assert list(promises.personal_tables_without_eraser(personal, ROOM_OF, ROOT / "src/windsock")) == []


def test_a_table_without_eraser_is_seen(tmp_path: Path):
    assert list(promises.personal_tables_without_eraser(["orders"], ROOM_OF, tmp_path))
    assert list(promises.personal_tables_without_eraser(["diary"], ROOM_OF, tmp_path))


def test_lock_agrees_with_the_project():
    locks = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-engines.lock"))
    assert list(promises.lock_disagrees(pyproject(), locks)) == []


@pytest.mark.parametrize(
    "lock",
    [
        "rich==15.0.0 \\\n    --hash=sha256:00\n",  # click is missing
        "click==9.0.0 \\\n    --hash=sha256:00\nrich==15.0.0 \\\n    --hash=sha256:00\n",  # out of bounds
        "click==8.5.1\nrich==15.0.0 \\\n    --hash=sha256:00\n",  # no hash
        "--index-url https://example.com/simple\nclick==8.5.1 \\\n    --hash=sha256:00\nrich==15.0.0 \\\n    --hash=sha256:00\n",
    ],
)
def test_a_lock_that_disagrees_is_seen(lock: str):
    project = {"project": {"dependencies": ["click>=8.3,<9"], "optional-dependencies": {}}, "dependency-groups": {"dev": ["rich>=15"]}}
    good = "click==8.5.1 \\\n    --hash=sha256:00\nrich==15.0.0 \\\n    --hash=sha256:00\n"
    assert list(promises.lock_disagrees(project, good)) == []
    assert list(promises.lock_disagrees(project, lock))


def test_every_dependency_has_a_reason():
    decision = (ROOT / "docs/decisions/0010-dependencies.md").read_text(encoding="utf-8")
    assert list(promises.dependencies_without_reason(pyproject(), decision)) == []


def test_a_dependency_without_reason_is_seen():
    project = {"project": {"dependencies": ["click>=8"], "optional-dependencies": {}}, "dependency-groups": {}}
    assert list(promises.dependencies_without_reason(project, "| `click` | the command line |\n")) == []
    assert list(promises.dependencies_without_reason(project, ""))
    assert list(promises.dependencies_without_reason(project, "| `click` | the command line |\n| `rich` | tables |\n"))


def test_decisions_are_numbered_and_linked():
    assert list(promises.records_of_decisions(ROOT / "docs/decisions")) == []


ADR = "# A title\n\nDate: 2026-11-21\n\n## Context\n\n## Decision\n\n## Consequences\n"


@pytest.mark.parametrize(
    ("name", "text", "index"),
    [
        ("0002-gap.md", ADR, "[x](0002-gap.md)"),
        ("0001-lost.md", ADR, ""),
        ("0001-part.md", ADR.replace("## Decision", ""), "[x](0001-part.md)"),
        ("0001-date.md", ADR.replace("Date:", ""), "[x](0001-date.md)"),
    ],
)
def test_a_decision_out_of_order_is_seen(tmp_path: Path, name: str, text: str, index: str):
    (tmp_path / name).write_text(text)
    (tmp_path / "index.md").write_text(index)
    assert list(promises.records_of_decisions(tmp_path))
