"""Rules on who may import what, beyond the floors that the import contracts hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import Source, face

ASSEMBLY = {"rooms", "demo", "cli", "http", "worker"}  # above every room; still bound to faces, but for the doors that rooms.py lists
VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "api_route", "route", "websocket"}
DOORS = {"routes", "jobs", "commands", "erase", "reactions", "streams"}


def _foreign(source: Source, library: str) -> Iterator[tuple[int, str]]:
    for line, module, _ in source.imports():
        if module == library or module.startswith(f"{library}."):
            yield line, module


def engine_stays_in_the_warehouse(source: Source) -> Iterator[str]:
    """The analytic engine's library is imported by the warehouse, and by sources that read foreign databases."""
    if source.room and source.room not in {"warehouse", "sources"}:
        for line, module in _foreign(source, "duckdb"):
            yield f"{source.path}:{line}: {module} outside warehouse/ and sources/"


def sqlalchemy_stays_in_stores(source: Source) -> Iterator[str]:
    """Operational queries live in a room's tables and store, on the records below."""
    if not source.room or source.room in {"records", "migrations", "sources"} or source.parts[-1] in {"tables.py", "store.py"}:
        return
    for library in ("sqlalchemy", "alembic"):
        for line, module in _foreign(source, library):
            yield f"{source.path}:{line}: {module} outside tables.py, store.py, records/ and migrations/"


def http_stays_at_the_door(source: Source) -> Iterator[str]:
    """A verb does not know that it is called over HTTP."""
    if not source.room or source.room == "http" or source.parts[-1] == "routes.py":
        return
    for library in ("fastapi", "starlette", "uvicorn"):
        for line, module in _foreign(source, library):
            if not (library == "uvicorn" and source.room == "cli"):  # `serve` starts the server
                yield f"{source.path}:{line}: {module} outside routes.py and http/"


def terminal_stays_at_the_door(source: Source) -> Iterator[str]:
    """A verb does not know that it is called from a terminal."""
    if source.room and source.room != "cli" and source.parts[-1] != "commands.py":
        for line, module in _foreign(source, "click"):
            yield f"{source.path}:{line}: {module} outside commands.py and cli/"


def rooms_meet_at_their_faces(source: Source) -> Iterator[str]:
    """Another room is reached through the names of its ``__all__``, or its model; its files are its own."""
    if not source.room:
        return
    for line, module, name in source.imports():
        parts = module.split(".")
        if parts[0] != "windsock" or (len(parts) == 1 and not name):
            continue
        room, inner = (parts[1], parts[2:]) if len(parts) > 1 else (name, [])
        if room in {source.room, "kernel", "rooms"}:
            continue
        if not inner and len(parts) > 1 and name and name not in {"model", *face(source.root, room)}:
            inner = [name]
        allowed = not inner or inner[0] == "model" or (source.room == "rooms" and (inner[-1] in DOORS or name in DOORS))
        if not allowed:
            yield f"{source.path}:{line}: {module} ({name}): not in the face of {room}"


def a_room_lists_its_face(source: Source) -> Iterator[str]:
    """A room's ``__init__.py`` says in ``__all__`` what other rooms may use; the kernel is open, and nobody uses a door."""
    if source.parts[1:] == ("__init__.py",) and source.room not in {"kernel", "http", "cli", "worker"} and not face(source.root, source.room):
        yield f"{source.path}: no __all__"


def every_route_names_its_permission(source: Source) -> Iterator[str]:
    """``@router.get(..., openapi_extra=needs("metrics.read"))``: who may call is said where the route is."""
    for line, name, permission in routes(source):
        if permission is None:
            yield f'{source.path}:{line}: {name} says no openapi_extra=needs("...")'


def routes(source: Source) -> Iterator[tuple[int, str, str | None]]:
    """Yield (line, function, permission or None) of each route; the permission may stand in a name of the module."""
    if not source.room or not (source.room == "http" or source.parts[-1] == "routes.py"):
        return
    named = {ast.unparse(node.targets[0]): node.value for node in source.tree.body if isinstance(node, ast.Assign)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in VERBS:
                    extra = {keyword.arg: keyword.value for keyword in call.keywords}.get("openapi_extra")
                    yield node.lineno, node.name, _permission(named.get(extra.id) if isinstance(extra, ast.Name) else extra)


def _permission(extra: ast.expr | None) -> str | None:
    said: ast.expr | None = None
    if isinstance(extra, ast.Call) and isinstance(extra.func, ast.Name) and extra.func.id == "needs" and len(extra.args) == 1:
        said = extra.args[0]
    elif isinstance(extra, ast.Dict):  # rooms below governance write it out
        said = {ast.unparse(key): value for key, value in zip(extra.keys, extra.values, strict=True) if key}.get("'x-permission'")
    return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else None


RULES = (
    engine_stays_in_the_warehouse,
    sqlalchemy_stays_in_stores,
    http_stays_at_the_door,
    terminal_stays_at_the_door,
    rooms_meet_at_their_faces,
    a_room_lists_its_face,
    every_route_names_its_permission,
)
