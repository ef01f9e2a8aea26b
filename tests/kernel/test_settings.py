"""Settings: what is given wins over the environment, that over the workspace's file, that over the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from windsock.kernel.settings import load


def test_each_source_wins_over_the_one_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "windsock.toml").write_text('[workspace]\nname = "Gull"\n[http]\nport = 5000\nsession_hours = 2\n', encoding="utf-8")
    monkeypatch.setenv("WINDSOCK_HTTP__PORT", "6000")
    found = load(tmp_path)
    assert (found.workspace.name, found.http.port, found.http.session_hours, found.http.host) == ("Gull", 6000, 2, "127.0.0.1")
    assert load(tmp_path, http={"port": 7000}).http.port == 7000
    assert load(None).workspace.name == "Windsock"


@pytest.mark.parametrize(
    ("name", "value"), [("WINDSOCK_HTTP__PORT", "70000"), ("WINDSOCK_WAREHOUSE__MEMORY_LIMIT", "lots"), ("WINDSOCK_HTTP__HOTS", "x")]
)
def test_a_value_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        load(None)
