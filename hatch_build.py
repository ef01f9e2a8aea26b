"""Puts the built pages into the package: built before -> reuse; Node on the machine -> build; else a word that they are missing.

``WINDSOCK_WEB=require`` makes missing or outdated pages an error (releases, CI); ``WINDSOCK_WEB=skip`` leaves them as they are.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = (20, 19)
STAMP = ".web-hash"
_APART = {"node_modules", "dist", ".vite", "coverage"}


class WebHook(BuildHookInterface):
    """Runs before each wheel, editable install and sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make sure that the pages, or the word that they are missing, lie in the package."""
        root = Path(self.root)
        ensure(root / "web", root / "src/windsock/http/static", os.environ.get("WINDSOCK_WEB", ""), self.app.display_warning)


def ensure(web: Path, static: Path, mode: str, warn: Callable[[str], None]) -> str:
    """Bring ``static`` up to ``web`` and say what was done: reused, built, kept, missing or skipped."""
    built = (static / "index.html").is_file()
    want = stamp(web)
    if mode != "skip":
        if built and (not want or ((static / STAMP).is_file() and (static / STAMP).read_text(encoding="utf-8") == want)):
            return "reused"
        failure = _build(web, static, want)
        if not failure:
            return "built"
        if mode == "require":
            raise RuntimeError(f"The pages could not be built: {failure}")
        warn(f"The pages are {'older than their sources' if built else 'not built'}: {failure} Everything else works; `make web` builds them.")
    if not built:
        static.mkdir(parents=True, exist_ok=True)
        (static / "NOT_BUILT.txt").write_text("The pages were not built here: that needs Node 20.19 or newer.\n", encoding="utf-8")
    return "skipped" if mode == "skip" else "kept" if built else "missing"


def stamp(web: Path) -> str:
    """Return the SHA-256 of every source file and its name; empty where there are no sources."""
    digest = hashlib.sha256()
    found = sorted(_sources(web))
    for path in found:
        digest.update(f"{path.relative_to(web).as_posix()}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest() if found else ""


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and path.name not in _APART:
            yield from _sources(path)
        elif path.is_file():
            yield path


def _build(web: Path, static: Path, want: str) -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node and npm else ""  # noqa: S603 - from the PATH
    if not want or [int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit()] < list(NODE):
        return "there is no Node 20.19 or newer on the PATH." if want else "their sources are not here."
    static.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=static.parent, prefix=".static-"))  # built apart, so that a failure leaves the old pages whole
    try:
        # Not `npm ci`: it refuses a lock in which a mirror could not resolve the binaries of other platforms.
        for command in (["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "build"]):
            if subprocess.run([str(npm), *command], cwd=web, env=os.environ | {"WINDSOCK_WEB_OUT": str(new)}, check=False).returncode != 0:  # noqa: S603 - our own
                return f"`npm {' '.join(command)}` failed."
        (new / STAMP).write_text(want, encoding="utf-8")
        new.chmod(0o755)
        shutil.rmtree(static, ignore_errors=True)
        new.replace(static)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return ""
