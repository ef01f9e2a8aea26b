"""The description of the interface: stable JSON, one operation per route, named as the function that serves it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_METHODS = ("get", "post", "put", "patch", "delete")


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """Return the description, made once per application."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemes = {
            "session": {"type": "apiKey", "in": "cookie", "name": "windsock_session", "description": "Changes also need X-Windsock-CSRF"},
            "token": {"type": "http", "scheme": "bearer", "description": "windsock token create --name NAME --role ROLE"},
        }
        made.setdefault("components", {})["securitySchemes"] = schemes
        for methods in made.get("paths", {}).values():
            for method in _METHODS:
                operation = methods.get(method)
                if operation is not None:
                    public = operation.get("x-permission") == "public"
                    operation["security"] = [] if public else [{"session": []}, {"token": []}]
        app.openapi_schema = made
    return app.openapi_schema


def as_text(schema: dict[str, Any]) -> str:
    """Return the description as the text that is kept in the repository: sorted, so that a difference is a change."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
