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
ENGLISH = re.compile("[A-Za-z]{2}")
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")  # in code signs and blanks of full width are data, characters are words
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
    """Chinese stands where a translator looks for it: in words/, YAML, *.zh-CN.md, docs, changes and tests; in Python only beside its English."""
    place = PurePosixPath(path)
    parts = set(place.parts)
    if place.suffix in {".yaml", ".yml"} or place.name.endswith(".zh-CN.md") or parts & {"words", "docs", "tests", "changes"}:
        return
    if ".test." in place.name or place.parts[:2] == ("web", "dev"):
        return
    if place.suffix == ".py":
        yield from _lonely_chinese(path, ast.parse(text))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if CJK.search(line):
            yield f"{path}:{number}: Chinese text outside words/, YAML, docs and tests"
            return


def _lonely_chinese(path: str, tree: ast.Module) -> Iterator[str]:
    """Report statements whose strings are Chinese without English: a text that one half of the readers can't read."""
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.stmt) or isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inner = [node for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt) for node in ast.walk(child)]
        strings = [node.value for node in inner if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        if any(HAN.search(one) for one in strings) and not any(ENGLISH.search(one) for one in strings):
            yield f"{path}:{statement.lineno}: Chinese without its English in the same statement"


RULES = (names_say_what_is_inside, every_file_has_a_docstring, files_stay_short, functions_stay_short)
