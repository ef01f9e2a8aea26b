"""What to put into a page, an app or a server so that it sends its events here, with address and key filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.kernel.written import read_yaml
from windsock.tracking.keys import list_keys, read_intake

if TYPE_CHECKING:
    from windsock.workspace import Workspace

SIGN_PURPOSE = "sign-id"
_SERVER_KEY = "YOUR_SERVER_KEY"


@dataclass(frozen=True)
class Snippet:
    """One way to send, as code."""

    id: str
    title_zh: str
    title_en: str
    language: str
    code: str


def signing_secret(workspace: Workspace, source: str) -> str:
    """Return the secret with which a source's server signs the ids of people, so that its pages may name them with a public key."""
    return workspace.seal.hash(SIGN_PURPOSE, source)


def snippets(workspace: Workspace, source: str, key_id: str | None, endpoint: str) -> list[Snippet]:
    """Return the snippets of a source.

    Args:
        workspace: the open workspace.
        source: code of a source that collects.
        key_id: id of a key of the source; the newest public one when None. A server key can't be filled in: it was shown once.
        endpoint: scheme and host at which senders reach us, without a slash at the end.

    Raises:
        NotFound: there is no such source.
        InvalidInput: the key isn't one of the source.
    """
    read_intake(workspace, source)
    live = [key for key in list_keys(workspace, source) if key.revoked_ms is None]
    public = next((key.secret for key in live if key.secret), None) or "YOUR_PUBLIC_KEY"
    server = _SERVER_KEY
    if key_id is not None:
        chosen = next((key for key in live if key.id == key_id), None)
        if chosen is None:
            raise InvalidInput("That key is not one of this source.", where="key", fix="Choose a key of the source that works.")
        public = chosen.secret or public
        server = chosen.secret or server
    host = endpoint.partition("://")[2]
    filled = {
        "endpoint": endpoint,
        "host": host,
        "protocol": endpoint.partition("://")[0],
        "public": public,
        "server": server,
        "source": source,
        "signing": signing_secret(workspace, source),
    }
    return [Snippet(one["id"], one["title_zh"], one["title_en"], one["language"], _fill(one["code"], filled)) for one in _templates()]


def _fill(code: str, filled: dict[str, str]) -> str:
    for name, value in filled.items():
        # What stands between the quotes of a program must not end them.
        code = code.replace(f"<<{name}>>", json.dumps(value, ensure_ascii=False)[1:-1])
    return code.rstrip("\n")


@cache
def _templates() -> list[dict[str, Any]]:
    return read_yaml(resources.files("windsock.tracking").joinpath("snippets.yaml").read_text(encoding="utf-8"))
