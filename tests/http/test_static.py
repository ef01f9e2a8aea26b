"""The built pages, their policy, and the page that says that they are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.http.make import Client
from windsock.http import create_app
from windsock.http.static import with_nonce
from windsock.workspace import Workspace


def _policy(header: str) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in header.split(";")]
    return {part[0]: part[1] for part in parts}


def test_a_page_carries_a_fresh_nonce_and_a_policy_without_inline_script(stander: Client) -> None:
    seen = set()
    for path in ("/", "/metrics/tree?from=x", "/index.html", "/welcome"):
        answer = stander.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        policy = _policy(answer.headers["content-security-policy"])
        (nonce,) = re.findall(r'<meta name="csp-nonce" content="([^"]+)">', answer.text)
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
        assert policy["default-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert policy["style-src-attr"] == "'unsafe-inline'"
        seen.add(nonce)
    assert len(seen) == 4


def test_the_nonce_takes_the_place_that_the_page_has_for_it() -> None:
    assert with_nonce('<head><meta name="csp-nonce" content="" /></head>', "N") == '<head><meta name="csp-nonce" content="N" /></head>'
    assert with_nonce("<head></head>", "N") == '<head><meta name="csp-nonce" content="N"></head>'


def test_assets_are_kept_for_ever_and_other_files_are_not(stander: Client) -> None:
    asset = stander.get("/assets/index-1a2b3c.js", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-encoding"] == "gzip"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert stander.get("/favicon.svg").headers["cache-control"] == "no-cache"
    assert stander.get("/favicon.svg").text == "<svg/>"


@pytest.mark.parametrize("path", ["/assets/gone.js", "/assets/", "/assets", "/api/x/y", "/api/"])
def test_misses_are_not_pages(stander: Client, path: str) -> None:
    assert stander.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd", "/..%5csecret.txt", "/%00", "/.git/config", "/a%00b"],
)
def test_nothing_outside_the_folder_is_served(stander: Client, path: str) -> None:
    answer = stander.get(path)
    assert answer.text != "no"
    assert "root:" not in answer.text
    assert answer.status_code == 404 or "<title>W</title>" in answer.text


def test_without_built_pages_it_says_so_in_both_languages(workspace: Workspace, tmp_path: Path) -> None:
    app: FastAPI = create_app(workspace, static_folder=tmp_path / "missing")
    stander = Client(app)
    answer = stander.get("/")
    assert answer.status_code == 200
    assert "尚未构建" in answer.text
    assert "not built" in answer.text
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
    assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert stander.get("/api/state").json()["ui_built"] is False
    assert stander.get("/health").json()["status"] == "ok"
