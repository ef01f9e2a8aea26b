"""Rules on the project as a whole; each takes its input as data, so that a test can plant a breach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

GROUND = {"kernel", "records", "warehouse", "workspace", "jobs", "sources"}  # floors that are no rooms: no line in rooms.py unless they have doors
DOORS = {"http", "cli", "worker", "demo"}
# Written so that this file does not contain what it looks for.
FORBIDDEN = {
    "a package registry's host": r"pypi\.(org|python)|python[h]osted|registry\.npm[j]s|npm[m]irror|registry\.yarn[p]kg",
    "a path of one machine": r"(?<![\w./-])/(work|root|home|Users|opt|tmp)/[\w.-]",
    "a tool's signature": r"(?i)co-[a]uthored-by|written (by|with) an? [a]ssistant",
}
ADR_PARTS = ("## Context", "## Decision", "## Consequences")


def foreign_words(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """No file names a registry's host, a path of the machine it was made on, or the tool that wrote it."""
    for path, text in texts:
        for meaning, pattern in FORBIDDEN.items():
            found = re.search(pattern, text)
            if found:
                yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {meaning}: {found.group()}"


def floors(layers: Sequence[str]) -> dict[str, bool]:
    """Return each package of the layer list with whether it is in parentheses (not built yet)."""
    return {name.strip().strip("()"): name.strip().startswith("(") for layer in layers for name in layer.split("|")}


def rooms_disagree(tree: set[str], layers: Sequence[str], plan: str, listed: set[str]) -> Iterator[str]:
    """The tree, the layer list, ARCHITECTURE.md and rooms.py name the same rooms."""
    floor = {package: unbuilt for package, unbuilt in floors(layers).items() if package != "rooms"}  # rooms is a file: the list itself
    for package in sorted(tree - set(floor)):
        yield f"{package}: no floor in the layer list"
    for package, unbuilt in floor.items():
        if unbuilt == (package in tree):
            yield f"{package}: {'built, but in parentheses' if unbuilt else 'not built, but without parentheses'} in the layer list"
    described = set(re.findall(r"^\s*`?(\w+)/`?\s", plan, re.MULTILINE)) | set(re.findall(r"^\| `(\w+)` \|", plan, re.MULTILINE))
    for package in sorted(tree - described):
        yield f"{package}: not in ARCHITECTURE.md"
    for package in sorted((described & set(floor)) - tree):
        yield f"{package}: in ARCHITECTURE.md, but not built"
    for package in sorted(tree - listed - GROUND - DOORS):
        yield f"{package}: not in rooms.py"
    for package in sorted(listed - tree):
        yield f"{package}: in rooms.py, but not built"


def personal_tables_without_eraser(personal: Iterable[str], room_of: Mapping[str, str], src: Path) -> Iterator[str]:
    """Where a table can name a person, its room says how the person is taken out and handed over."""
    for table in personal:
        room = room_of.get(table)
        if room is None:
            yield f"{table}: no room owns it"
        elif not (src / room / "erase.py").exists():
            yield f"{table}: {room}/erase.py is missing"


def lock_disagrees(project: Mapping[str, Any], lock: str) -> Iterator[str]:
    """Every direct dependency is pinned within its bounds, with hashes; no address of a registry stands in the lock."""
    pins = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.\[\]-]+?)==([^ ;\\]+)", re.sub(r"\[.*?\]", "", lock), re.MULTILINE)
    }
    table = project["project"]
    wanted = [*table["dependencies"], *(line for extra in table["optional-dependencies"].values() for line in extra)]
    wanted += [line for group in project["dependency-groups"].values() for line in group]
    for requirement in map(Requirement, wanted):
        pin = pins.get(canonicalize_name(requirement.name))
        if pin is None or not requirement.specifier.contains(pin, prereleases=True):
            yield f"{requirement}: the lock has {pin}; run `make lock`"
    for block in re.split(r"\n(?=\S)", lock):
        if "==" in block and "--hash=sha256:" not in block:
            yield f"a pin without a hash: {block.split()[0]}"
    for line in lock.splitlines():
        if re.search(r"://|--(extra-)?index|--find-links|^-i ", line):
            yield f"an address in the lock: {line.strip()}"


def dependencies_without_reason(project: Mapping[str, Any], decision: str) -> Iterator[str]:
    """Every direct dependency has its line in the decision on dependencies, and no line is left over."""
    table = project["project"]
    wanted = [*table["dependencies"], *(line for extra in table["optional-dependencies"].values() for line in extra)]
    wanted += [line for group in project["dependency-groups"].values() for line in group]
    names = {Requirement(line).name for line in wanted}
    given = set(re.findall(r"^\| `([\w.-]+)` \| \S", decision, re.MULTILINE))
    yield from (f"{name}: no reason in the decision on dependencies" for name in sorted(names - given))
    yield from (f"{name}: a reason, but no dependency" for name in sorted(given - names))


def records_of_decisions(folder: Path) -> Iterator[str]:
    """Decisions are numbered once, without a gap, have their three parts, and are linked from the folder's index."""
    files = sorted(path for path in folder.glob("*.md") if path.name != "index.md")
    index = (folder / "index.md").read_text(encoding="utf-8")
    for number, path in enumerate(files, 1):
        text = path.read_text(encoding="utf-8")
        if not path.name.startswith(f"{number:04d}-"):
            yield f"{path.name}: expected number {number:04d}"
        if f"({path.name})" not in index:
            yield f"{path.name}: not linked from index.md"
        for part in ADR_PARTS:
            if part not in text:
                yield f"{path.name}: no '{part}'"
        if not re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE):
            yield f"{path.name}: no date"
