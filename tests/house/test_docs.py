"""The documentation's reference pages are current, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))


def _stale(folder: Path) -> list[str]:
    """Ask in a process of its own: commands that other tests have called may show their help otherwise."""
    command = [sys.executable, "scripts/reference.py", "--check", str(folder)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_reference_pages_are_current():
    """Mend it with `python scripts/reference.py`."""
    assert _stale(ROOT / "docs/reference") == []


def test_a_stale_reference_page_is_seen(tmp_path: Path):
    assert _stale(tmp_path) == ["settings.md", "commands.md", "metrics.md", "rooms.md"]


@pytest.mark.parametrize("page", [*PAGES, "README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str):
    path = ROOT / page
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in links if not (path.parent / link).exists()] == []
