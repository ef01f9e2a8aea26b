"""Writes the pages of docs/reference from what they describe: settings, commands, metrics.

`python scripts/reference.py` writes them; a house test compares them with what it would write.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import BaseModel

from windsock.cli.main import main
from windsock.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src/windsock/metrics/library"
NOTE = "<!-- Written by scripts/reference.py: change what it describes, then run it again. -->\n\n"


def settings() -> str:
    """Return the page of settings: each field with its variable, default and meaning."""
    page = f"# Settings\n\n{NOTE}An environment variable wins over the workspace's `windsock.toml`, which wins over the default.\n"
    page += "`windsock doctor` prints each value and where it comes from.\n"
    for part, field in Settings.model_fields.items():
        model = field.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        page += f"\n## {part}\n\n{(model.__doc__ or '').strip()}\n\n| variable | default | meaning |\n|---|---|---|\n"
        for name, one in model.model_fields.items():
            page += f"| `WINDSOCK_{part.upper()}__{name.upper()}` | `{one.default!r}` | {one.description} |\n"
    return page


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command, info_name=path)
    for name in sorted(command.list_commands(context)):
        found = command.get_command(context, name)
        if found is not None:
            yield from _commands(found, f"{path} {name}")


def commands() -> str:
    """Return the page of commands: the help of each, as the terminal prints it."""
    page = f"# Commands\n\n{NOTE}Every command takes `--home DIR` or the variable `WINDSOCK_HOME`.\n"
    for path, command in _commands(main, "windsock"):
        # The names of the help option are inherited on the command line, and remembered by the command that was asked first.
        names = main.context_settings["help_option_names"]
        context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100, help_option_names=names)
        page += f"\n## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    return page


def _metric(body: dict[str, Any]) -> str:
    title, about = body["title"], body["description"]
    facts = ", ".join(f"{key} {body[key]}" for key in ("unit", "direction", "clock", "additivity") if body.get(key))
    formula = body.get("formula") or {}
    return (
        f"\n### {body['name']}\n\n**{title['en']}** · {title['zh']}\n\n{about['en'].strip()}\n\n{about['zh'].strip()}\n\n"
        + (f"- Formula: {formula['en']} · {formula['zh']}\n" if formula else "")
        + f"- {facts}\n"
    )


def metrics() -> str:
    """Return the page of metrics: each definition of the library in both languages."""
    page = f"# Metrics\n\n{NOTE}One definition, one number: every page, command and alert that names a metric computes this.\n"
    for folder in sorted(path for path in LIBRARY.iterdir() if path.is_dir()):
        bodies = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
        if bodies:
            page += f"\n## {folder.name}\n" + "".join(_metric(body) for body in bodies)
    return page


def rooms() -> str:
    """Return the page of rooms, top floor first: what each says of itself, and its face."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(contract["layers"] for contract in project["tool"]["importlinter"]["contracts"] if contract["type"] == "layers")
    page = f"# Rooms\n\n{NOTE}Top floor first. What a room says of itself, and the names that other rooms may use.\n"
    for name in (part.strip() for layer in layers for part in layer.split("|")):
        path = ROOT / "src/windsock" / name / "__init__.py"
        if path.exists():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            lists = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
            face = sorted(ast.literal_eval(lists[0])) if lists else []
            page += f"\n## {name}\n\n{(ast.get_docstring(tree) or '').strip()}\n"
            page += f"\nFace: {', '.join(f'`{one}`' for one in face)}\n" if face else ""
    return page


PAGES = {"settings.md": settings, "commands.md": commands, "metrics.md": metrics, "rooms.md": rooms}


def stale(folder: Path) -> list[str]:
    """Return the pages that differ from what they describe."""
    return [name for name, make in PAGES.items() if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != make()]


def run(arguments: list[str]) -> int:
    """Write the pages; with ``--check FOLDER`` only name those that are not current, and return 1 when there are some."""
    if arguments[:1] == ["--check"]:
        found = stale(Path(arguments[1]))
        print("\n".join(found))
        return int(bool(found))
    (ROOT / "docs/reference").mkdir(exist_ok=True)
    for name, make in PAGES.items():
        (ROOT / "docs/reference" / name).write_text(make(), encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
