"""Logs: for people and for machines, with what is bound, without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from windsock.kernel.settings import LogSettings
from windsock.workspace import configure_logs
from windsock.workspace.logs import bound


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_lines_carry_what_is_bound_and_hide_secrets():
    out = io.StringIO()
    configure_logs(LogSettings(level="info", format="json"), stream=out)
    log = structlog.get_logger("windsock.test")
    with bound(request_id="req_1"):
        log.info("signed in", who="安娜", password="hunter2", csrf_token="t", job_token=None)
    log.debug("too small")
    logging.getLogger("other").warning("from %s", "outside", extra={"password": "hunter2"})
    first, second = lines(out)
    assert (first["event"], first["request_id"], first["who"], first["level"], first["logger"]) == (
        "signed in",
        "req_1",
        "安娜",
        "info",
        "windsock.test",
    )
    assert (first["password"], first["csrf_token"], first["job_token"]) == ("***", "***", None)
    assert second["event"] == "from outside"
    assert "request_id" not in second
    assert "hunter2" not in out.getvalue()


def test_errors_are_one_line_of_json():
    out = io.StringIO()
    configure_logs(LogSettings(level="info", format="json"), stream=out)
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("windsock.test").exception("failed")
    (line,) = lines(out)
    assert line["exception"][0]["exc_type"] == "ValueError"


def test_the_console_is_for_people_and_a_second_set_up_doubles_nothing():
    out = io.StringIO()
    configure_logs(LogSettings(level="debug", format="console"), stream=out)
    configure_logs(LogSettings(level="debug", format="console"), stream=out)
    structlog.get_logger("windsock.test").debug("hello", rows=3)
    assert len(out.getvalue().splitlines()) == 1
    assert "hello" in out.getvalue()
    assert "rows=3" in out.getvalue()


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_local_values(form):
    out = io.StringIO()
    configure_logs(LogSettings(level="info", format=form), stream=out)

    def sign_in(word: str) -> None:
        raise ValueError("wrong")

    try:
        sign_in("hunter2"[::1])
    except ValueError:
        structlog.get_logger("windsock.test").exception("failed")
    assert "sign_in" in out.getvalue()
    assert "word" not in out.getvalue()
