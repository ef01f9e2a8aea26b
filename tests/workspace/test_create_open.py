"""A workspace: made whole or not at all, opened by its owner, through its owner, or alone."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlglot import parse_one

from windsock.kernel.errors import Busy, Conflict, InvalidInput, NotFound
from windsock.records import migrate
from windsock.warehouse import LocalWarehouse, SocketWarehouse
from windsock.workspace import create_workspace, migrate_workspace, open_workspace

GULL = {"name": "Gull", "timezone": "Asia/Shanghai", "currency": "CNY", "language": "en"}
ONE = parse_one("SELECT 1 AS n", read="duckdb")


def test_it_is_private_and_holds_what_was_said(tmp_path):
    home = tmp_path / "a" / "海鸥 home"
    create_workspace(home, **{**GULL, "name": '海 "鸥" \\ 航空\n'})
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in ("windsock.toml", "records.sqlite", "warehouse.duckdb"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name
    with open_workspace(home) as workspace:
        assert workspace.settings.workspace.name == '海 "鸥" \\ 航空\n'
        assert (workspace.zone, workspace.settings.workspace.currency) == ("Asia/Shanghai", "CNY")
        assert migrate.current(workspace.records.engine) == migrate.head()
        assert workspace.warehouse.query(ONE).to_pylist() == [{"n": 1}]
    workspace.close()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"timezone": "Mars/Olympus"}, "workspace.timezone"),
        ({"timezone": "../etc/passwd"}, "workspace.timezone"),
        ({"timezone": ""}, "workspace.timezone"),
        ({"currency": "yuan"}, "currency"),
        ({"language": "fr"}, "language"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_a_wrong_value_makes_nothing(tmp_path, wrong, where):
    with pytest.raises(InvalidInput) as caught:
        create_workspace(tmp_path / "home", **{**GULL, **wrong})
    assert where in f"{caught.value.where} {caught.value.what}".lower()
    assert not (tmp_path / "home").exists()


def test_what_is_there_is_left_alone(home: Path):
    before = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    with pytest.raises(Conflict):
        create_workspace(home, **GULL)
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == before
    with pytest.raises(Conflict):
        create_workspace(home / "windsock.toml", **GULL)


def test_a_creation_that_was_killed_is_no_workspace_and_can_be_repeated(tmp_path, monkeypatch):
    from windsock.workspace import create

    def killed(*_args) -> None:
        raise KeyboardInterrupt

    home = tmp_path / "home"
    with monkeypatch.context() as patch:
        patch.setattr(create, "make_warehouse", killed)
        with pytest.raises(KeyboardInterrupt):
            create_workspace(home, **GULL)
    with pytest.raises(NotFound):
        open_workspace(home)
    create_workspace(home, **GULL)
    with open_workspace(home) as workspace:
        assert workspace.warehouse.query(ONE).num_rows == 1
    assert not (home / ".unfinished").exists()


def test_there_must_be_one(tmp_path):
    for open_it in (open_workspace, migrate_workspace):
        with pytest.raises(NotFound, match="no workspace"):
            open_it(tmp_path)


def test_settings_come_from_the_call_then_the_environment_then_the_file(home: Path, monkeypatch):
    with (home / "windsock.toml").open("a") as file:
        file.write('[http]\nport = 9001\nhost = "0.0.0.0"\n[log]\nlevel = "debug"\n')
    monkeypatch.setenv("WINDSOCK_HTTP__PORT", "9002")
    with open_workspace(home) as workspace:
        assert (workspace.settings.http.port, workspace.settings.http.host) == (9002, "0.0.0.0")  # noqa: S104
        assert workspace.settings.log.level == "debug"
    with open_workspace(home, http={"port": 0}) as workspace:
        assert workspace.settings.http.port == 0


@pytest.mark.parametrize("text", ["[http]\nport = 99999\n", "[http\n", "[http]\nprot = 1\n", "[workspace]\n"])
def test_a_wrong_file_is_told_plainly(home: Path, text):
    with (home / "windsock.toml").open("a") as file:
        file.write(text)
    with pytest.raises(InvalidInput, match=r"port|prot|read"):
        open_workspace(home)


def test_records_of_another_version_are_refused_until_migrated(home: Path):
    from windsock.records import open_records

    records = open_records(f"sqlite:///{home / 'records.sqlite'}")
    migrate.downgrade(records.engine)
    records.close()
    with pytest.raises(Conflict, match="version"):
        open_workspace(home)
    assert migrate_workspace(home) == migrate.head()
    open_workspace(home).close()


@pytest.mark.postgres
def test_records_in_postgresql_by_one_setting(tmp_path, postgres_url, monkeypatch):
    monkeypatch.setenv("WINDSOCK_RECORDS__URL", postgres_url)
    create_workspace(tmp_path / "home", **GULL)
    assert not (tmp_path / "home" / "records.sqlite").exists()
    with open_workspace(tmp_path / "home") as workspace:
        assert workspace.records.dialect == "postgresql"
        assert migrate.current(workspace.records.engine) == migrate.head()


OTHER = """
import sys
from pathlib import Path
from sqlglot import parse_one
from windsock.kernel.errors import WindsockError
from windsock.workspace import open_workspace
try:
    with open_workspace(Path(sys.argv[1]), own=sys.argv[2] == "own", warehouse={"wait_s": float(sys.argv[3])}) as workspace:
        print(type(workspace.warehouse).__name__, workspace.warehouse.query(parse_one("SELECT 1 AS n")).num_rows, flush=True)
        sys.stdin.readline()
except WindsockError as error:
    print(type(error).__name__, error.what, flush=True)
"""


def other(home: Path, how: str, wait_s: float = 20) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", OTHER, str(home), how, str(wait_s)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: subprocess.Popen) -> None:
    process.communicate("\n", timeout=30)


def test_other_processes_ask_the_owner(home: Path):
    with open_workspace(home, own=True) as workspace:
        assert isinstance(workspace.warehouse, LocalWarehouse)
        assert stat.S_IMODE((home / "owner.sock").stat().st_mode) == 0o600
        guest = other(home, "guest")
        assert said(guest) == "SocketWarehouse 1"
        second_owner = other(home, "own")
        assert said(second_owner).startswith("Conflict")
        let_go(guest)
        let_go(second_owner)
    assert not (home / "owner.sock").exists()


def test_a_guest_never_opens_the_file_itself(home: Path):
    with pytest.raises(Busy, match="No process serves"):
        open_workspace(home, guest=True, warehouse={"wait_s": 0.1})
    with open_workspace(home, own=True), open_workspace(home, guest=True) as workspace:
        assert isinstance(workspace.warehouse, SocketWarehouse)


@pytest.mark.slow
def test_without_an_owner_one_opens_the_file_and_the_next_waits(home: Path):
    first = other(home, "guest")
    assert said(first) == "LocalWarehouse 1"
    impatient = other(home, "guest", 0.2)
    assert said(impatient).startswith("Busy")
    patient = other(home, "guest", 60)
    let_go(first)
    assert said(patient) == "LocalWarehouse 1"
    let_go(impatient)
    let_go(patient)


def test_a_dead_owner_leaves_the_workspace_usable(home: Path):
    owner = other(home, "own")
    assert said(owner) == "LocalWarehouse 1"
    owner.kill()
    owner.communicate(timeout=10)
    assert (home / "owner.sock").exists()
    with open_workspace(home) as workspace:
        assert isinstance(workspace.warehouse, LocalWarehouse)
    with open_workspace(home, own=True), open_workspace(home) as guest:
        assert isinstance(guest.warehouse, SocketWarehouse)


def test_a_failed_opening_closes_what_it_opened(home: Path, monkeypatch):
    from windsock import warehouse
    from windsock.workspace import stores

    def taken(*_args) -> None:
        raise Busy("taken")

    with monkeypatch.context() as patch:
        patch.setattr(stores.warehouse, "open_local", taken)
        with pytest.raises(Busy):
            open_workspace(home, warehouse={"wait_s": 0.1})
        with pytest.raises(Conflict):
            open_workspace(home, own=True)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with monkeypatch.context() as patch:
        patch.setattr(stores.warehouse, "open_local", taken)
        for _ in range(3):
            with pytest.raises(Conflict):
                open_workspace(home, own=True)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert warehouse.open_local is not taken
