"""The project's files as the house rules see them: path, text, syntax tree."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ("src", "tests", "scripts", "bench")
TEXT = {".py", ".pyi", ".md", ".toml", ".yaml", ".yml", ".json", ".ts", ".tsx", ".css", ".html", ".mako", ".lock", ".txt", ".svg", ""}


@dataclass(frozen=True)
class Source:
    """One Python file below a root."""

    root: Path
    path: str  # below the root, with slashes

    @cached_property
    def text(self) -> str:
        """Its text."""
        return (self.root / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and file below ``src/windsock``, or () elsewhere."""
        parts = tuple(self.path.split("/"))
        return parts[2:] if parts[:2] == ("src", "windsock") else ()

    @property
    def room(self) -> str:
        """The package directly below ``windsock`` that holds it (``rooms`` for rooms.py), or ""."""
        return self.parts[0].removesuffix(".py") if self.parts else ""

    def imports(self) -> Iterator[tuple[int, str, str]]:
        """Yield (line, module, name or "") of each import, wherever in the file it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, node.module, alias.name) for alias in node.names)


@cache
def sources(root: Path = ROOT) -> list[Source]:
    """Return every Python file of the project."""
    return [Source(root, path.relative_to(root).as_posix()) for top in PYTHON for path in sorted((root / top).rglob("*.py"))]


def packages(root: Path = ROOT) -> list[str]:
    """Return the packages directly below ``windsock``: rooms, ground and doors."""
    return sorted(path.parent.name for path in (root / "src/windsock").glob("*/__init__.py"))


@cache
def face(root: Path, room: str) -> set[str]:
    """Return the names a room lists in ``__all__``, read without importing it."""
    path = root / "src/windsock" / room / "__init__.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else []:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "__all__" and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            return set(ast.literal_eval(node.value))
    return set()


def texts(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every text file that git keeps or would keep."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True, check=True).stdout
    for path in sorted(filter(None, listed.decode().split("\0"))):
        if Path(path).suffix in TEXT and (root / path).is_file():
            yield path, (root / path).read_text(encoding="utf-8")


def pyproject(root: Path = ROOT) -> dict[str, Any]:
    """Return pyproject.toml as data."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
