"""Ways out: what is sent arrives whole, nothing is smuggled in, secrets stay where they belong."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
import socket
from typing import Any

import pytest
from sqlalchemy import text

from tests.servers import hook_server, post_office
from windsock.destinations import keep
from windsock.destinations.model import Message, Picture, place_from, public
from windsock.governance import SYSTEM
from windsock.kernel.errors import Fault, InvalidInput, NotFound
from windsock.workspace import Workspace

MESSAGE = Message(
    "run_1", "Sales\r\nBcc: spy@evil.example", "Hello 你好", "<p>Hello</p><img src='cid:course'>", (Picture("course", "c", b"\x89PNG1"),), {"a": 1}
)


def mail(port: int, **more: Any) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "security": "none", "sender": "desk@gull.example", **more}


def test_a_mail_arrives_whole_with_text_html_and_picture(workspace: Workspace):
    with post_office() as post:
        keep.save(workspace, SYSTEM, "post", "email", mail(post.port), None)
        keep.send(workspace, "post", MESSAGE, ["a@x.example", "b@x.example", "a@x.example"])
    (letter,) = post.letters
    assert letter.recipients == ["a@x.example", "b@x.example"]
    read = email.message_from_bytes(letter.raw, policy=email.policy.default)
    assert read["Subject"] == "Sales Bcc: spy@evil.example"
    assert read["Bcc"] is None
    assert "a@x.example" not in str(read["To"]), "recipients of a list don't see each other"
    assert read["Message-ID"] == "<run_1@gull.example>"
    body, html = read.get_body(("plain",)), read.get_body(("html",))
    assert body is not None
    assert html is not None
    assert body.get_content().strip() == "Hello 你好"
    pictures = [part for part in read.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content() for part in pictures] == [b"\x89PNG1"]
    assert pictures[0]["Content-ID"] == "<course>"


@pytest.mark.parametrize(
    ("refuse", "error"),
    [
        ({"a@x.example": "550 no such user"}, InvalidInput),
        ({"DATA": "554 spam"}, InvalidInput),
        ({"DATA": "451 later"}, Fault),
    ],
)
def test_a_refusal_for_good_and_one_for_now_are_told_apart(workspace: Workspace, refuse: dict[str, str], error: type[Exception]):
    with post_office() as post:
        post.refuse.update(refuse)
        keep.save(workspace, SYSTEM, "post", "email", mail(post.port), None)
        with pytest.raises(error):
            keep.send(workspace, "post", MESSAGE, ["a@x.example"])
    assert post.letters == []


def test_a_server_that_is_not_there_is_a_fault(workspace: Workspace):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keep.save(workspace, SYSTEM, "post", "email", mail(port), None)
    with pytest.raises(Fault, match="can't be reached"):
        keep.send(workspace, "post", MESSAGE, ["a@x.example"])


def test_recipients_outside_the_domains_are_refused(workspace: Workspace):
    keep.save(workspace, SYSTEM, "post", "email", mail(25, domains=["Gull.example"]), None)
    for wrong in (
        ["a@evil.example"],
        ["a@sub.gull.example"],
        [],
        ["a@gull.example\nRCPT TO:<b@x>"],
        ["no address"],
        [f"a{n}@gull.example" for n in range(51)],
    ):
        with pytest.raises(InvalidInput):
            keep.send(workspace, "post", MESSAGE, wrong)


def test_a_webhook_is_signed_as_the_standard_says(workspace: Workspace):
    with hook_server() as hook:
        keep.save(workspace, SYSTEM, "hook", "webhook", {"url": f"http://127.0.0.1:{hook.port}/in?x=1", "private": True}, "s3cret")
        keep.send(workspace, "hook", MESSAGE, [])
    ((headers, body),) = hook.taken
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"s3cret", said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == "run_1"
    got = json.loads(body)
    assert got["data"] == {"a": 1}
    assert base64.b64decode(got["pictures"][0]["png"]) == b"\x89PNG1"


@pytest.mark.parametrize(("status", "error"), [(500, Fault), (429, Fault), (404, InvalidInput), (302, InvalidInput)])
def test_a_webhook_that_refuses_says_whether_to_come_again(workspace: Workspace, status: int, error: type[Exception]):
    with hook_server() as hook:
        hook.status, hook.location = status, f"http://127.0.0.1:{hook.port}/elsewhere" if status == 302 else ""
        keep.save(workspace, SYSTEM, "hook", "webhook", {"url": f"http://127.0.0.1:{hook.port}/", "private": True}, None)
        with pytest.raises(error):
            keep.send(workspace, "hook", MESSAGE, [])
    assert len(hook.taken) == 1, "a redirect is not followed"


def test_a_webhook_into_the_own_network_is_refused_when_it_is_sent(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    keep.save(workspace, SYSTEM, "hook", "webhook", {"url": "https://inside.example/"}, None)
    for address in ("127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:10.0.0.8"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, a=address, f=family, **__: [(f, socket.SOCK_STREAM, 6, "", (a, 443))])
        with pytest.raises(InvalidInput, match="own network"):
            keep.send(workspace, "hook", MESSAGE, [])
    assert public("93.184.216.34")


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("email", {"host": "", "sender": "a@b.example"}),
        ("email", {"host": "smtp.example", "sender": "nobody"}),
        ("email", {"host": "smtp.example", "sender": "a@b.example\r\nX: y"}),
        ("email", {"host": "smtp.example", "sender": "a@b.example", "port": 0}),
        ("email", {"host": "smtp.example", "sender": "a@b.example", "user": "u", "security": "none"}),
        ("email", {"host": "smtp.example", "sender": "a@b.example", "security": "ssl3"}),
        ("webhook", {"url": "http://example.com/"}),
        ("webhook", {"url": "file:///etc/passwd", "private": True}),
        ("webhook", {"url": "https://user:pw@example.com/"}),
        ("webhook", {"url": "https://example.com:99999/"}),
        ("pigeon", {}),
    ],
)
def test_wrong_settings_are_refused(kind: str, config: dict[str, Any]):
    with pytest.raises(InvalidInput):
        place_from(kind, config)


def test_a_kept_secret_goes_to_no_other_server(workspace: Workspace):
    keep.save(workspace, SYSTEM, "post", "email", mail(25, user="u", security="starttls"), "hunter2")
    again = keep.save(workspace, SYSTEM, "post", "email", mail(25, user="u", security="starttls"), None)
    assert again.has_secret
    with pytest.raises(InvalidInput, match="give the secret again"):
        keep.save(workspace, SYSTEM, "post", "email", {**mail(25, user="u", security="starttls"), "host": "evil.example"}, None)
    assert "hunter2" not in (workspace.home / "records.sqlite").read_bytes().decode("latin-1")
    keep.drop(workspace, SYSTEM, "post")
    with pytest.raises(NotFound):
        keep.send(workspace, "post", MESSAGE, ["a@x.example"])


def test_an_address_with_keys_is_sealed_and_told_of_nowhere(desk: Workspace, caplog: pytest.LogCaptureFixture):
    key = "key-4711-abcdef"
    with hook_server() as hook:
        hook.status, hook.judge = 400, lambda path, raw: f"no robot at {path} {raw[:0].decode()}".encode()
        place = {"url": f"http://127.0.0.1:{hook.port}/send?key={key}", "private": True}
        keep.save(desk, SYSTEM, "group", "slack", place, None)
        with pytest.raises(InvalidInput, match=r"no robot at \*\*\*") as refused:
            keep.send(desk, "group", MESSAGE, [])
        # A form that can't show the address leaves it out, and it stays; its host is all that is shown.
        keep.save(desk, SYSTEM, "group", "slack", {"url": "", "private": True, "per_minute": 7}, None)
        shown = keep.find(desk, "group")
        assert (shown.host, shown.per_minute) == ("127.0.0.1", 7)
        hook.status, hook.judge = 200, lambda *_: b"ok"
        keep.send(desk, "group", MESSAGE, [])
    with desk.records.read() as session:
        told = "".join(str(row) for table in ("destination", "audit_entry") for row in session.execute(text(f"SELECT * FROM {table}")))
    assert key not in told + str(refused.value) + repr(shown) + caplog.text


def test_an_address_of_an_older_windsock_is_sealed_at_the_start(desk: Workspace):
    keep.save(desk, SYSTEM, "group", "slack", {"url": "https://hooks.example/T1/secret-key"}, None)
    with desk.records.write() as session:
        session.execute(text("UPDATE destination SET address = NULL, config = :config"), {"config": '{"url": "https://hooks.example/T1/secret-key"}'})
    assert keep.find(desk, "group").host == "hooks.example"
    for _ in range(2):
        keep.seal_addresses(desk)
    with desk.records.read() as session:
        assert "secret-key" not in str(session.execute(text("SELECT * FROM destination")).all())
    assert keep.find(desk, "group").place == place_from("slack", {"url": "https://hooks.example/T1/secret-key"})
