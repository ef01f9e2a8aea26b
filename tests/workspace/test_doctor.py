"""The doctor: each setting with its source, no secret, and every illness a line instead of an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from windsock.kernel.settings import Settings
from windsock.workspace import Check, checks, open_workspace


def by_name(home: Path) -> dict[str, Check]:
    found = checks(home)
    names = {check.name: check for check in found}
    assert len(names) == len(found)
    return names


def test_a_healthy_workspace(home: Path):
    found = by_name(home)
    assert [check.name for check in found.values() if check.state == "failed"] == []
    assert {found[name].state for name in ("workspace", "python", "disk", "warehouse", "records", "migration")} == {"ok"}
    assert found["owner"].value == "no process serves this workspace"
    assert found["duckdb"].value == "2.0.0"
    assert found["records"].value.startswith("sqlite 3.")


def test_every_setting_has_its_source(home: Path, monkeypatch):
    monkeypatch.setenv("WINDSOCK_HTTP__PORT", "9002")
    monkeypatch.setenv("WINDSOCK_LOG", '{"level": "debug"}')
    found = by_name(home)
    expected = {f"{part}.{name}" for part, values in Settings() for name in type(values).model_fields}
    assert {check.name for check in found.values() if check.group == "settings"} == expected
    assert (found["http.port"].value, found["http.port"].source) == ("9002", "env")
    assert (found["workspace.name"].value, found["workspace.name"].source) == ("Gull", "file")
    assert (found["worker.poll_s"].value, found["worker.poll_s"].source) == ("0.5", "default")
    assert (found["log.level"].value, found["log.level"].source) == ("debug", "env")
    assert found["log.format"].source == "default"


def test_no_secret_is_shown(home: Path, monkeypatch):
    monkeypatch.setenv("WINDSOCK_RECORDS__URL", "postgresql://anna:hunter2@127.0.0.1:1/none")
    found = checks(home)
    assert "hunter2" not in str(found)
    shown = {check.name: check for check in found}
    assert shown["records.url"].value == "postgresql://***@127.0.0.1:1/none"
    assert shown["records"].state == "failed"


def test_an_owner_and_a_dead_owner_are_told_apart(home: Path):
    with open_workspace(home, own=True):
        assert by_name(home)["owner"].value == "a process serves this workspace"
    import socket

    left = socket.socket(socket.AF_UNIX)
    left.bind(str(home / "owner.sock"))
    left.close()
    assert by_name(home)["owner"].state == "warning"


@pytest.mark.parametrize("gone", ["records.sqlite", "warehouse.duckdb"])
def test_a_missing_store_fails_and_is_not_made(home: Path, gone: str):
    (home / gone).unlink()
    found = by_name(home)
    assert found[gone.split(".", maxsplit=1)[0]].state == "failed"
    assert not (home / gone).exists()


def test_a_broken_store_settings_file_or_folder_is_a_line(home: Path, tmp_path: Path):
    (home / "records.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 50)
    assert by_name(home)["records"].state == "failed"
    home.chmod(0o755)
    assert by_name(home)["workspace"].state == "warning"
    (home / "windsock.toml").write_text("[http\n")
    assert by_name(home)["settings"].state == "failed"
    found = by_name(tmp_path / "nowhere")
    assert found["workspace"].state == "failed"
    assert "windsock init" in found["workspace"].fix
    assert not (tmp_path / "nowhere").exists()


def test_old_records_are_told(home: Path):
    from windsock.records import migrate, open_records

    records = open_records(f"sqlite:///{home / 'records.sqlite'}")
    migrate.downgrade(records.engine)
    records.close()
    found = by_name(home)["migration"]
    assert found.state == "failed"
    assert "windsock migrate" in found.fix
