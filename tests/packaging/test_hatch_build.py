"""The build hook: pages are reused, built, kept or named missing; never silently old, never half-written."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the hook with a stand-in for hatchling, which only the build has."""
    name = "hatchling.builders.hooks.plugin.interface"
    stand_in = types.ModuleType(name)
    vars(stand_in)["BuildHookInterface"] = object
    monkeypatch.setitem(sys.modules, name, stand_in)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Place:
    """A checkout with sources of pages, a PATH of its own, and what was warned of."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.web, self.static, self.bin = root / "web", root / "static", root / "bin"
        self.warned: list[str] = []
        (self.web / "src").mkdir(parents=True)
        (self.web / "package.json").write_text("{}")
        (self.web / "src" / "main.ts").write_text("1")
        self.bin.mkdir()
        for tool in ("mkdir", "echo", "sh", "cat"):
            found = shutil.which(tool)
            assert found
            (self.bin / tool).symlink_to(found)
        monkeypatch.setenv("PATH", str(self.bin))

    def install_node(self, version: str = "v20.19.0", build: str = 'echo page > "$WINDSOCK_WEB_OUT/index.html"') -> None:
        for name, text in (("node", f"echo {version}"), ("npm", f'case "$1" in ci) exit 0;; run) {build};; esac')):
            path = self.bin / name
            path.write_text(f"#!/bin/sh\n{text}\n")
            path.chmod(0o755)

    def ensure(self, hook: Any, mode: str = "") -> str:
        return hook.ensure(self.web, self.static, mode, self.warned.append)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def test_builds_with_node_and_reuses_what_it_built(hook: Any, place: Place) -> None:
    place.install_node()
    assert place.ensure(hook) == "built"
    assert (place.static / "index.html").read_text() == "page\n"
    assert place.ensure(hook) == "reused"
    assert place.warned == []
    assert place.static.stat().st_mode & 0o777 == 0o755


def test_builds_again_when_a_source_changed_was_added_or_renamed(hook: Any, place: Place) -> None:
    place.install_node()
    place.ensure(hook)
    (place.web / "src" / "main.ts").write_text("2")
    assert place.ensure(hook) == "built"
    (place.web / "src" / "more.ts").write_text("")
    assert place.ensure(hook) == "built"
    (place.web / "src" / "more.ts").rename(place.web / "src" / "other.ts")
    assert place.ensure(hook) == "built"


def test_installed_packages_are_no_sources(hook: Any, place: Place) -> None:
    place.install_node()
    place.ensure(hook)
    (place.web / "node_modules" / "x").mkdir(parents=True)
    (place.web / "node_modules" / "x" / "index.js").write_text("x")
    assert place.ensure(hook) == "reused"


def test_without_node_it_installs_and_says_so(hook: Any, place: Place) -> None:
    assert place.ensure(hook) == "missing"
    assert "not built" in place.warned[0]
    assert (place.static / "NOT_BUILT.txt").is_file()
    assert not (place.static / "index.html").exists()


def test_an_old_node_is_no_node(hook: Any, place: Place) -> None:
    place.install_node("v20.18.3")
    assert place.ensure(hook) == "missing"
    place.install_node("v18.20.1")
    assert place.ensure(hook) == "missing"
    place.install_node("v22.1.0")
    assert place.ensure(hook) == "built"


def test_require_makes_missing_pages_an_error(hook: Any, place: Place) -> None:
    with pytest.raises(RuntimeError, match="no Node"):
        place.ensure(hook, "require")
    place.install_node()
    assert place.ensure(hook, "require") == "built"


def test_skip_touches_nothing_that_is_there(hook: Any, place: Place) -> None:
    place.install_node(build="exit 1")
    assert place.ensure(hook, "skip") == "skipped"
    assert (place.static / "NOT_BUILT.txt").is_file()
    place.install_node()
    place.ensure(hook)
    (place.web / "src" / "main.ts").write_text("3")
    assert place.ensure(hook, "skip") == "skipped"
    assert (place.static / "index.html").is_file()


def test_a_failed_build_keeps_the_old_pages_and_leaves_no_rest(hook: Any, place: Place) -> None:
    place.install_node()
    place.ensure(hook)
    (place.web / "src" / "main.ts").write_text("4")
    place.install_node(build='echo half > "$WINDSOCK_WEB_OUT/index.html"; exit 1')
    assert place.ensure(hook) == "kept"
    assert "older than their sources" in place.warned[0]
    assert (place.static / "index.html").read_text() == "page\n"
    assert [path.name for path in place.static.parent.iterdir() if path.name.startswith(".static-")] == []
    with pytest.raises(RuntimeError, match="npm run build"):
        place.ensure(hook, "require")


def test_pages_without_sources_are_taken_as_they_are(hook: Any, place: Place) -> None:
    place.install_node()
    place.ensure(hook)
    shutil.rmtree(place.web)
    assert place.ensure(hook, "require") == "reused"


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
