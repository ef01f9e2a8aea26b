"""Robots: a local server judges each message as its vendor does, and answers 200 with an error of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.servers import hook_server
from windsock.destinations import Button, Message, Picture, keep
from windsock.destinations import deliver as later
from windsock.destinations.robots.form import cut
from windsock.governance import SYSTEM
from windsock.kernel.errors import Fault, InvalidInput
from windsock.workspace import Workspace

SECRET = "SEC-quiet-key"
BUTTONS = (Button("确认", "Acknowledge", "https://desk.example/a?x=1&y=2"), Button("打开", "Open", "https://desk.example/o"))
LONG = Message(
    "al_1",
    "支付失败 <@all> " * 60,
    "支付成功率 91% <!channel> [x](http://evil.example) " * 2_000,
    "",
    (Picture("c", "c", b"\x89PNG1"),),
    severity="critical",
    buttons=BUTTONS,
    language="zh",
)
Judge = Callable[[str, bytes], bytes]


def wecom(path: str, raw: bytes) -> bytes:
    body = json.loads(raw)
    if body["msgtype"] == "image":
        png = base64.b64decode(body["image"]["base64"], validate=True)
        good = body["image"]["md5"] == hashlib.md5(png, usedforsecurity=False).hexdigest() and png == b"\x89PNG1"
    else:
        text = body["markdown"]["content"]
        good = len(text.encode()) <= 4_096 and "[打开](https://desk.example/o)" in text and "<@all" not in text and "evil.example)[" not in text
    return b'{"errcode":0,"errmsg":"ok"}' if good and path == "/send?key=k" else b'{"errcode":40058,"errmsg":"bad"}'


def dingtalk(path: str, raw: bytes) -> bytes:
    asked, body = {name: found[0] for name, found in parse_qs(urlsplit(path).query).items()}, json.loads(raw)
    said = f"{asked['timestamp']}\n{SECRET}".encode()
    if asked["sign"] != base64.b64encode(hmac.new(SECRET.encode(), said, "sha256").digest()).decode() or len(asked["timestamp"]) != 13:
        return b'{"errcode":310000,"errmsg":"sign not match"}'
    card = body["actionCard"]
    good = body["msgtype"] == "actionCard" and [one["title"] for one in card["btns"]] == ["确认", "打开"] and len(raw) <= 20_000
    return b'{"errcode":0}' if good else b'{"errcode":400,"errmsg":"form"}'


def feishu(path: str, raw: bytes) -> bytes:
    del path
    body = json.loads(raw)
    if body["sign"] != base64.b64encode(hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", "sha256").digest()).decode():
        return b'{"code":19021,"msg":"sign match fail"}'
    card = body["card"]
    good = len(raw) <= 20_000 and card["header"]["template"] == "red" and card["elements"][1]["actions"][1]["url"] == "https://desk.example/o"
    return b'{"code":0,"msg":"success"}' if good else b'{"code":9499,"msg":"Bad Request"}'


def slack(path: str, raw: bytes) -> bytes:
    del path
    body = json.loads(raw)
    header, section, actions = body["blocks"]
    good = len(header["text"]["text"]) <= 150 and len(section["text"]["text"]) <= 3_000 and "<" not in body["text"]
    good = good and {header["text"]["type"], section["text"]["type"]} == {"plain_text"} and len(actions["elements"]) == 2
    return b"ok" if good else b"invalid_blocks"


JUDGES: dict[str, Judge] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "slack": slack}


def set_up(workspace: Workspace, kind: str, port: int, secret: str = SECRET) -> None:
    keep.save(workspace, SYSTEM, "group", kind, {"url": f"http://127.0.0.1:{port}/send?key=k", "private": True}, secret)


@pytest.mark.parametrize("kind", JUDGES)
def test_a_long_message_passes_the_vendors_judgement(workspace: Workspace, kind: str):
    with hook_server() as hook:
        hook.status, hook.judge = 200, JUDGES[kind]
        set_up(workspace, kind, hook.port)
        keep.send(workspace, "group", LONG, [])
        assert len(hook.taken) == (2 if kind == "wecom" else 1)


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_wrong_sign_is_a_failure_though_the_status_is_200(workspace: Workspace, kind: str):
    with hook_server() as hook:
        hook.status, hook.judge = 200, JUDGES[kind]
        set_up(workspace, kind, hook.port, "another")
        with pytest.raises(InvalidInput, match="sign") as refused:
            keep.send(workspace, "group", LONG, [])
    assert "another" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "status", "answer", "error"),
    [
        ("wecom", 200, {"errcode": 45009}, Fault),
        ("wecom", 200, {"errcode": 93000}, InvalidInput),
        ("dingtalk", 200, {"errcode": 130101}, Fault),
        ("feishu", 200, {"code": 11232}, Fault),
        ("feishu", 200, {"code": 19024}, InvalidInput),
        ("feishu", 200, "a page of a proxy", Fault),
        ("slack", 200, "no", InvalidInput),
        ("slack", 429, "slow", Fault),
        ("slack", 404, "no_service", InvalidInput),
        ("wecom", 502, "", Fault),
    ],
)
def test_each_robots_refusal_says_whether_to_come_again(workspace: Workspace, kind: str, status: int, answer: Any, error: type[Exception]):
    with hook_server() as hook:
        hook.status, hook.answer = status, (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        set_up(workspace, kind, hook.port)
        with pytest.raises(error):
            keep.send(workspace, "group", LONG, [])


def test_a_cut_breaks_no_character():
    for most in range(3, 40):
        found = cut("价格🙂" * 10, most)
        assert len(found.encode()) <= most
        assert found.endswith("...")
        assert "\ufffd" not in found
    assert cut("价格", 6) == "价格"


def test_what_waits_exists_only_if_the_change_is_committed(workspace: Workspace):
    keep.save(workspace, SYSTEM, "hook", "webhook", {"url": "https://example.com/"}, None)
    asked = ""
    with pytest.raises(RuntimeError), workspace.records.write() as session:  # noqa: PT012 - the roll-back is what is tested
        asked = later(workspace, "hook", LONG, session=session)
        raise RuntimeError
    assert asked
    assert later(workspace, "hook", LONG) != asked
