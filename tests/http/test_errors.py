"""One shape for every error of every route, whatever is sent."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from fastapi import APIRouter, FastAPI, Request

from tests.http.make import Client, bearer
from windsock.governance import needs
from windsock.http import create_app
from windsock.http.auth import doors
from windsock.kernel import errors as kernel
from windsock.kernel.settings import LogSettings
from windsock.rooms import ROOMS, Room
from windsock.workspace import Workspace, configure_logs


@pytest.fixture(scope="module")
def admin(standing: FastAPI) -> dict[str, str]:
    return bearer(standing.state.workspace, "admin")


DOORS = doors(route for room in ROOMS for router in room.routers() for route in router.routes)
CASES = [(method, door.route.path) for door in DOORS for method in sorted(door.route.methods or ())]
BAD_BODIES: list[bytes] = [b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 3, b'{"a":' + b"9" * 5_000 + b"}", b'{"name":"\\ud800"}', b""]


def _shape(answer: Any) -> None:
    error = answer.json()["error"]
    assert set(answer.json()) == {"error"}
    assert set(error) == {"code", "message", "where", "fix", "request_id"}
    assert all(isinstance(value, str) for value in error.values())
    assert re.fullmatch(r"[a-z_]+", error["code"])
    assert error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("method", "path"), CASES)
def test_every_route_answers_bad_input_in_the_one_shape(stander: Client, admin: dict[str, str], method: str, path: str) -> None:
    client, headers = stander, admin | {"Content-Type": "application/json"}
    for wrong in ("0", "%00", "..%2f..", "x" * 300, "9" * 40, "%F0%9F%A6%86"):
        filled = re.sub(r"\{[^}]+\}", wrong, path) + "?limit=-1&cursor=%00&from=x&date=31-02-2016&unknown=1"
        for body in BAD_BODIES if method in ("POST", "PUT", "PATCH") else [b""]:
            answer = client.request(method, filled, headers=headers, content=body)
            assert answer.status_code < 500, f"{method} {filled} {body[:40]!r}: {answer.text[:300]}"
            if answer.status_code >= 400:
                _shape(answer)
        if "{" not in path:
            break


def test_unknown_addresses_and_methods_have_the_shape_too(stander: Client) -> None:
    for method, path, status in (("GET", "/api/nothing", 404), ("GET", "/api", 404), ("GET", "/assets/x.js", 404), ("PUT", "/api/state", 405)):
        answer = stander.request(method, path)
        assert answer.status_code == status
        _shape(answer)


def _failing(error: Exception) -> Room:
    router = APIRouter(prefix="/api")

    @router.get("/fails", openapi_extra=needs("public"))
    def fails(request: Request) -> None:
        del request
        raise error

    return Room("failing", routers=lambda: (router,))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (kernel.InvalidInput("w", where="x", fix="y"), 422),
        (kernel.NotSignedIn("w"), 401),
        (kernel.NotAllowed("w"), 403),
        (kernel.NotFound("w"), 404),
        (kernel.Conflict("w"), 409),
        (kernel.TooLarge("w"), 413),
        (kernel.TooMany("w", retry_after_s=7), 429),
        (kernel.UserError("w"), 400),
        (kernel.Busy("w"), 503),
        (kernel.QueryTimeout("w"), 504),
        (kernel.Cancelled("w"), 409),
        (kernel.Broken("the secret of the house"), 500),
        (kernel.Fault("the secret of the house"), 500),
        (RuntimeError("the secret of the house"), 500),
        (ValueError("the secret of the house"), 500),
    ],
)
def test_each_error_has_its_status(standing: FastAPI, error: Exception, status: int) -> None:
    answer = Client(create_app(standing.state.workspace, rooms=(_failing(error),))).get("/api/fails")
    assert answer.status_code == status
    _shape(answer)
    assert "secret" not in answer.text
    if status == 429:
        assert answer.headers["retry-after"] == "7"
    if status == 503:
        assert answer.headers["retry-after"] == "2"


def test_the_place_of_a_wrong_field_is_named_and_its_value_is_not_repeated(stander: Client) -> None:
    answer = stander.post("/api/session", {"email": "a@b.c", "password": ["hunter2"], "extra": 1})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["where"]) == (422, "invalid_input", "body.password")
    assert "1 more" in error["message"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_unexpected_error_is_logged_with_its_request_id_and_no_secret(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    configure_logs(LogSettings(format=form))
    router = APIRouter(prefix="/api")

    @router.get("/fails", openapi_extra=needs("public"))
    def fails() -> None:
        password = "hunter2" + "-hunter3" * bool(workspace)
        raise RuntimeError("why it broke", bool(password))

    answer = Client(create_app(workspace, rooms=(Room("failing", routers=lambda: (router,)),))).get("/api/fails")
    logged = capsys.readouterr().err
    assert answer.json()["error"]["request_id"] in logged
    assert "why it broke" in logged
    assert "hunter2-hunter3" not in logged


def test_an_answer_has_security_headers(standing: FastAPI) -> None:
    answer = Client(standing).get("/api/state")
    assert answer.status_code == 200
    for name, value in {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
        "x-frame-options": "DENY",
    }.items():
        assert answer.headers[name] == value
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in answer.headers
