"""The commands in the documentation run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

# A block counts when the line before it says so; blocks of one page run in order, in one folder.
BLOCK = re.compile(r"^<!-- runs -->\n```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
RUNNABLE = [page for page in PAGES if BLOCK.search((ROOT / page).read_text(encoding="utf-8"))]


def _run(page: Path, folder: Path) -> None:
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8", "DOCS": str(page.parent)}
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=env, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", RUNNABLE)
def test_commands_of_the_page_run(page: str, tmp_path: Path):
    _run(ROOT / page, tmp_path)


def test_a_command_that_fails_is_seen(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("<!-- runs -->\n```bash\ntrue\n```\n")
    _run(page, tmp_path)
    page.write_text("<!-- runs -->\n```bash\nfalse\ntrue\n```\n")
    with pytest.raises(AssertionError):
        _run(page, tmp_path)
