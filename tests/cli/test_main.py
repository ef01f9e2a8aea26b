"""The command line: what it prints where, its exit codes, and how rooms' commands get their workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import windsock
from windsock.cli import serve, wrap
from windsock.cli.main import main
from windsock.cli.serve import listen, url_of
from windsock.governance import first_run
from windsock.governance.issue import list_tokens
from windsock.governance.sign_in import visitor_of_token
from windsock.http import describe
from windsock.kernel.errors import Broken, Conflict, InvalidInput
from windsock.workspace import Workspace, open_workspace


def run(*args: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], env=env)


def test_the_version_and_the_help() -> None:
    assert run("--version").output == f"windsock, version {windsock.__version__}\n"
    help_page = run("--help")
    assert help_page.exit_code == 0
    for name in ("init", "demo", "serve", "worker", "doctor", "token", "query", "decompose", "tree", "explain", "import", "imports", "migrate"):
        assert f"\n  {name} " in help_page.output


def test_a_workspace_is_made_and_the_next_steps_are_told(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    made = run("init", "--home", home, "--name", "Gull", "--timezone", "Europe/Rome", "--currency", "EUR", "--language", "en")
    assert made.exit_code == 0
    assert f"windsock serve --home {home}" in made.output
    with open_workspace(home) as workspace:
        company = workspace.settings.workspace
        assert (company.name, company.timezone, company.currency, company.language) == ("Gull", "Europe/Rome", "EUR", "en")
    again = run("init", "--home", home)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "fix:" in again.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("token", "list"), "WINDSOCK_HOME"),
        (("token", "list", "--home", "missing"), "windsock init"),
        (("init", "--home", "new", "--timezone", "Mars/Base"), "Mars/Base"),
        (("init", "--home", "new", "--currency", "euro"), "currency"),
        (("nonsense",), "No such command"),
        (("token", "create"), "Missing option"),
        (("token", "create", "--name", "x", "--role", "root", "--home", "x"), "admin"),
        (("serve", "--port", "70000"), "65535"),
    ],
)
def test_a_users_fault_exits_with_two_and_says_what_to_do(args: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.glob("new/*")) == []


def test_tokens_are_made_listed_and_revoked(home: Path) -> None:
    made = run("token", "create", "--name", "nightly", "--role", "viewer", "--days", "7", "--home", home)
    secret = made.stdout.strip()
    assert secret.startswith("wsk_")
    assert len(secret) > 40
    with open_workspace(home) as workspace:
        visitor = visitor_of_token(workspace, secret)
        assert visitor is not None
        assert (visitor.actor.role, visitor.actor.via, visitor.actor.name) == ("viewer", "token", "nightly")
        (token,) = list_tokens(workspace)
    listed = run("token", "list", "--home", home).stdout
    assert token.id in listed
    assert "nightly" in listed
    assert secret not in listed
    assert run("token", "revoke", token.id, "--home", home).exit_code == 0
    assert run("token", "revoke", token.id, "--home", home).exit_code == 2
    assert "revoked" in run("token", "list", env={"WINDSOCK_HOME": str(home)}).stdout
    assert run("audit-check", "--home", home).stdout == "The audit trail is whole: 2 entries.\n"


def test_the_admin_link_is_printed_until_there_is_an_admin(home: Path) -> None:
    from windsock.governance.set_up import FirstAdmin, set_up

    link = run("token", "admin-link", "--home", home).stdout.strip()
    assert link.startswith("http://127.0.0.1:8900/welcome#link=")
    with open_workspace(home) as workspace:
        assert first_run(workspace)
        set_up(workspace, link.partition("#link=")[2], FirstAdmin("Ada", "ada@desk.example", "wind from the west", "en"), "127.0.0.1")
    refused = run("token", "admin-link", "--home", home)
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_broken_trail_is_our_fault(home: Path) -> None:
    from sqlalchemy import text

    run("token", "create", "--name", "x", "--role", "viewer", "--home", home)
    with open_workspace(home) as workspace, workspace.records.write() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET subject = 'x'"))
    result = run("audit-check", "--home", home)
    assert result.exit_code == 1
    assert "entry 1: it was changed" in result.stderr


def test_a_worker_beside_sqlite_is_refused(home: Path) -> None:
    result = run("worker", "--home", home)
    assert result.exit_code == 2
    assert "PostgreSQL" in result.stderr


def test_doctor_and_migrate_look_after_a_workspace(home: Path) -> None:
    looked = run("doctor", "--home", home, "--format", "json")
    assert {"group", "name", "value", "state", "source", "fix"} == set(json.loads(looked.stdout)[0])
    assert str(home) in run("doctor", "--home", home).stdout
    assert run("migrate", "--home", home).stdout.startswith("The records are at version ")


@pytest.mark.slow
@pytest.mark.slow
def test_the_description_is_printed_and_written(tmp_path: Path) -> None:
    assert run("openapi").stdout == describe()
    assert run("openapi", "--out", tmp_path / "openapi.json").exit_code == 0
    assert (tmp_path / "openapi.json").read_text(encoding="utf-8") == describe()


def _add(monkeypatch: pytest.MonkeyPatch, callback: Callable[..., Any], *options: click.Parameter) -> None:
    command = wrap.with_home(click.Command("probe", callback=callback, params=list(options)))
    monkeypatch.setitem(main.commands, "probe", command)


def test_a_rooms_command_opens_the_workspace_when_it_needs_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(open_it: Callable[..., Workspace], word: str) -> None:
        with open_it() as workspace:
            click.echo(f"{word} {workspace.zone}")

    _add(monkeypatch, probe, click.Option(["--word"]))
    assert run("probe", "--word", "zone", "--home", home).stdout == "zone Asia/Shanghai\n"
    assert run("probe", "--word", "zone").exit_code == 2


def test_a_command_may_have_its_own_home_and_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def probe(open_it: object, home: str, serve: Callable[..., None], *, serves: bool, callback: str) -> None:
        seen.extend((callable(open_it), home, serves, callback))
        serve("there", 0)

    monkeypatch.setattr(serve, "serve_workspace", lambda *args: seen.extend(args))
    _add(monkeypatch, probe, click.Option(["--home"]), click.Option(["--serve/--no-serve", "serves"], default=True), click.Option(["--callback"]))
    assert run("probe", "--home", "here", "--callback", "c").exit_code == 0
    assert seen == [True, "here", True, "c", "there", 0]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (InvalidInput("It is wrong.", where="line 3", fix="Mend it."), 2, "Error: It is wrong.\n  where: line 3\n  fix: Mend it.\n"),
        (Broken("It broke."), 1, "Error: It broke.\n"),
        (RuntimeError("why"), 1, "unexpected RuntimeError: why"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (click.Abort(), 130, "Interrupted."),
        (click.UsageError("bad use"), 2, "bad use"),
        (SystemExit(3), 3, ""),
        (SystemExit("text"), 1, ""),
        (click.exceptions.Exit(4), 4, ""),
    ],
)
def test_each_ending_has_its_code(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str) -> None:
    def probe(open_it: object) -> None:
        raise error

    _add(monkeypatch, probe)
    result = run("probe")
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    if code == 1 and isinstance(error, Exception):
        assert "Traceback" in run("--debug", "probe").stderr


def test_a_taken_port_and_a_foreign_address_are_worded() -> None:
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(Conflict), listen("127.0.0.1", port):
            pass
    for host in ("192.0.2.1", "no.such.host.invalid"):
        with pytest.raises(InvalidInput), listen(host, 0):
            pass


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),  # noqa: S104 - compared, not bound
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("desk", "http://desk:1"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, url: str) -> None:
    assert url_of(host, 1) == url
