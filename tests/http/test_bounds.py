"""Bounds on bodies: size with and without a stated length, depth, patience."""

from __future__ import annotations

import asyncio
import time

import pytest
from starlette.types import Message, Receive, Scope, Send

from tests.http.make import Client, chunks
from windsock.http.bounds import DEPTH_MAX, BodyBounds, TooSlow, check_depth, host_name
from windsock.kernel.errors import InvalidInput

JSON = {"Content-Type": "application/json"}


def test_a_body_over_the_cap_is_refused_by_its_stated_length(stander: Client) -> None:
    answer = stander.request("POST", "/api/session", content=b"x" * 4_000_001, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_body_over_the_cap_is_refused_when_no_length_is_stated(stander: Client) -> None:
    parts = [b" " * 1_000_000] * 5
    answer = stander.request("POST", "/api/session", content=chunks(*parts), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    within = stander.request("POST", "/api/session", content=chunks(b"[", b"]"), headers=JSON)
    assert within.status_code == 422


def test_the_cap_is_exact(stander: Client) -> None:
    body = b'{"email":"a@b.c","password":"x"}'
    full = body + b" " * (4_000_000 - len(body))
    assert stander.request("POST", "/api/session", content=full, headers=JSON).status_code == 401
    assert stander.request("POST", "/api/session", content=full + b" ", headers=JSON).status_code == 413


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_deep_json_is_refused_before_it_is_parsed(stander: Client, opening: bytes) -> None:
    answer = stander.request("POST", "/api/session", content=opening * 50_000, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["where"]) == (422, "body")


def test_depth_counts_brackets_outside_of_text_only() -> None:
    check_depth(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
    with pytest.raises(InvalidInput):
        check_depth(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1))
    check_depth(b'["' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"]')
    check_depth(b"[" + b"[]," * 1_000 + b"[]]")


def test_depth_is_counted_in_linear_time() -> None:
    started = time.perf_counter()
    check_depth(b'["' + b"\\" * 3_000_000 + b"[" * 900_000)
    check_depth(b"[" + b'"a[",' * 700_000 + b"1]")
    assert time.perf_counter() - started < 5


def test_a_body_that_trickles_in_is_given_up() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    async def slowly() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope: Scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(TooSlow):
        asyncio.run(BodyBounds(app, most=1_000, wait_s=0.1)(scope, slowly, send))


def test_a_caller_that_hangs_up_is_not_answered() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(BodyBounds(app, most=1_000)({"type": "http", "method": "POST", "headers": []}, gone, send))


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 30])
def test_a_nonsense_length_is_refused(stander: Client, length: str) -> None:
    answer = stander.request("POST", "/api/session", headers=JSON | {"Content-Length": length}, content=b"{}")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("header", "name"), [("Localhost:80", "localhost"), ("[::1]:80", "[::1]"), ("::1", ""), ("a:b", ""), ("a:80:80", ""), ("[x]", ""), ("", "")]
)
def test_the_name_of_a_host_header(header: str, name: str) -> None:
    assert host_name(header) == name
