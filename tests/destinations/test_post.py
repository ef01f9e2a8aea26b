"""One POST: the own network stays closed, whoever hangs or drips is left, several secrets sign side by side."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.servers import hook_server
from windsock.destinations import Message, keep, post, webhook
from windsock.destinations.model import public
from windsock.governance import SYSTEM
from windsock.kernel.errors import Fault, InvalidInput
from windsock.workspace import Workspace

MESSAGE = Message("run_1", "s", "t", "")
INSIDE = (
    *("127.0.0.1", "127.8.9.10", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0"),  # noqa: S104 - an address to refuse
    *("10.0.0.8", "10.255.255.255", "0x0a000001", "167772161", "172.16.0.1", "172.31.255.254", "192.168.1.1", "192.168.257"),
    *("169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]"),
    *("[::127.0.0.1]", "[64:ff9b::10.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001:db8::1]"),
)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_never_connected_to(host: str, monkeypatch: pytest.MonkeyPatch):
    def never(*_: object, **__: object) -> socket.socket:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(InvalidInput, match="own network"):
        post.post(f"https://{host}/", b"", {}, private=False)


def test_addresses_outside_are_open():
    for address in ("93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert public(address), address


def test_a_name_is_looked_up_once_and_the_judged_address_is_connected_to(monkeypatch: pytest.MonkeyPatch):
    answers = iter(["93.184.216.34", "127.0.0.1"])
    went: list[object] = []

    def found(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    def connect(address: object, **_: object) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Fault):
        post.post("https://turns.example/", b"", {}, private=False)
    assert went == [("93.184.216.34", 443)]


@contextlib.contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection as told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                taken, _ = listening.accept()
                with taken:
                    behave(taken)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def drip(taken: socket.socket) -> None:
    taken.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        taken.sendall(b"X: y\r\n")
        time.sleep(0.05)


def hang(taken: socket.socket) -> None:
    taken.recv(1_000)
    taken.settimeout(10)
    while taken.recv(1_000):
        pass


@pytest.mark.parametrize("behave", [drip, hang, lambda taken: taken.close(), lambda taken: taken.sendall(b"\x00" * 70_000)])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_hangs_drips_breaks_off_or_talks_nonsense_is_a_fault_soon(
    behave: Callable[[socket.socket], None], scheme: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(post, "TOTAL_S", 0.4)
    began = time.monotonic()
    with raw_server(behave) as port, pytest.raises(Fault, match="can't be reached") as refused:
        post.post(f"{scheme}://127.0.0.1:{port}/secret-path", b"{}", {}, private=True)
    assert time.monotonic() - began < 5
    assert "secret-path" not in str(refused.value)


def test_of_a_huge_answer_only_the_beginning_is_read():
    with hook_server() as hook:
        hook.status, hook.answer = 200, b"x" * 5_000_000
        assert len(post.post(f"http://127.0.0.1:{hook.port}/", b"{}", {}, private=True).text) == 20_000


def slow_hmac(key: bytes, said: bytes) -> bytes:
    """HMAC-SHA-256 as RFC 2104 writes it, step by step."""
    block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in block) + said).digest()
    return hashlib.sha256(bytes(one ^ 0x5C for one in block) + inner).digest()


def test_two_secrets_sign_side_by_side_while_one_is_changed(workspace: Workspace):
    new, old = b"n" * 24, b"o" * 70
    secret = " ".join("whsec_" + base64.b64encode(one).decode() for one in (new, old))
    with hook_server() as hook:
        keep.save(workspace, SYSTEM, "hook", "webhook", {"url": f"http://127.0.0.1:{hook.port}/", "private": True}, secret)
        keep.send(workspace, "hook", MESSAGE, [])
    ((headers, body),) = hook.taken
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = ["v1," + base64.b64encode(slow_hmac(one, said)).decode() for one in (new, old)]
    assert headers["webhook-signature"].split(" ") == expected


@pytest.mark.parametrize("secret", ["whsec_not base64", "whsec_%%%", "a b c d e f"])
def test_a_secret_that_can_sign_nothing_is_refused_when_it_is_kept(workspace: Workspace, secret: str):
    with pytest.raises(InvalidInput) as refused:
        keep.save(workspace, SYSTEM, "hook", "webhook", {"url": "https://example.com/"}, secret)
    assert secret not in str(refused.value)
    assert webhook.keys_of("plain") == (b"plain",)
