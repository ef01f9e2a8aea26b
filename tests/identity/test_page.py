"""The table in the docs is what the rule does."""

from __future__ import annotations

import re
from pathlib import Path

from windsock.identity.model import normalise

PAGE = Path(__file__).parents[2] / "docs/concepts/identity.md"
ROW = re.compile(r"^\| (\w+) \| `(.+)` \| (?:`(.+)`|none) \|$", re.MULTILINE)


def test_the_worked_table_of_the_page_holds() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) >= 9
    assert [(text, normalise(namespace, text)) for namespace, text, _ in rows] == [(text, clean or None) for _, text, clean in rows]
