"""A message as it is written while it waits, and read again when it is sent."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from windsock.destinations.model import Button, Message, Picture
from windsock.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping

SEND = "destinations.send"
_PAYLOAD_MAX_BYTES = 250_000


def written(message: Message) -> dict[str, Any]:
    """Return a message as JSON; pictures that don't fit into 250 kB in all are left out.

    Raises:
        TooLarge: it has more without its pictures.
    """
    found = {**message.__dict__, "buttons": [one.__dict__ for one in message.buttons], "pictures": list[dict[str, str]]()}
    size = len(json.dumps(found).encode())
    if size > _PAYLOAD_MAX_BYTES:
        raise TooLarge(f"The message has {size} bytes.", where="message", fix=f"At most {_PAYLOAD_MAX_BYTES} can wait.")
    for one in message.pictures:
        png = base64.b64encode(one.png).decode()
        # 100 for the names of the fields; a name or alt may be written with escapes of six signs each.
        size += len(png) + 6 * (len(one.name) + len(one.alt)) + 100
        if size <= _PAYLOAD_MAX_BYTES:
            found["pictures"].append({"name": one.name, "alt": one.alt, "png": png})
    return found


def read(found: Mapping[str, Any]) -> Message:
    """Return a message that waits."""
    pictures = tuple(Picture(one["name"], one["alt"], base64.b64decode(one["png"])) for one in found["pictures"])
    fields: dict[str, Any] = {**found, "pictures": pictures, "buttons": tuple(Button(**one) for one in found["buttons"])}
    return Message(**fields)
