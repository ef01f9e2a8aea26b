"""A family is what lies in its folder, each member once."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from windsock.kernel.errors import Broken, InvalidInput, TooMany
from windsock.kernel.registry import members


def test_members_are_found_by_scanning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a_family"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "one.py").write_text("MEMBER = 1\n", encoding="utf-8")
    (folder / "rule.py").write_text("x = 2\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    package = importlib.import_module("a_family")
    try:
        assert members(package, "nothing_registers_here") == {"one": 1}
    finally:
        for name in [name for name in sys.modules if name.startswith("a_family")]:
            del sys.modules[name]


def test_errors_say_what_where_and_what_to_do() -> None:
    assert str(InvalidInput("It is wrong.", where="line 3", fix="Mend it.")) == "It is wrong. (line 3) Mend it."
    assert (InvalidInput("x").code, InvalidInput("x", code="special").code, TooMany("x", retry_after_s=5).retry_after_s) == (
        "invalid_input",
        "special",
        5,
    )
    assert issubclass(Broken, Exception)
