"""Rules on the shape of a file: its name, its docstring, its length, its letters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.tree import Source

FILE_LINES = 400
FUNCTION_LINES = 60
EMPTY_NAMES = re.compile(r"(utils?|helpers?|managers?|services?|common|misc)(\.py)?")
CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")


def names_say_what_is_inside(source: Source) -> Iterator[str]:
    """A name like utils, helpers, managers, services or common says nothing."""
    for part in source.path.split("/"):
        if EMPTY_NAMES.fullmatch(part):
            yield f"{source.path}: '{part}' says nothing about what is inside"


def every_file_has_a_docstring(source: Source) -> Iterator[str]:
    """A file opens with the sentence that says what it is for."""
    if not ast.get_docstring(source.tree):
        yield f"{source.path}:1: no docstring"


def files_stay_short(source: Source) -> Iterator[str]:
    """A file that does not fit in the head is two files."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield f"{source.path}: {lines} lines, {FILE_LINES} at most"


def functions_stay_short(source: Source) -> Iterator[str]:
    """A function fits on one screen."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno}: {node.name} has {lines} lines, {FUNCTION_LINES} at most"


def chinese_lives_in_words(path: str, text: str) -> Iterator[str]:
    """Chinese stands in words/, YAML, *.zh-CN.md, docs, changes and tests, where a translator looks for it; never in code."""
    place = PurePosixPath(path)
    parts = set(place.parts)
    if (
        place.suffix in {".yaml", ".yml"}
        or place.name.endswith(".zh-CN.md")
        or parts & {"words", "docs", "tests", "changes"}
        or ".test." in place.name
    ):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if CJK.search(line):
            yield f"{path}:{number}: Chinese text outside words/, YAML, docs and tests"
            return


RULES = (names_say_what_is_inside, every_file_has_a_docstring, files_stay_short, functions_stay_short)
