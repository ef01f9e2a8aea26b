"""Every room, listed once: what it gives to the doors (HTTP, command line, worker)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from windsock import governance, jobs
from windsock.definitions import routes as definitions_routes
from windsock.demo import commands as demo_commands
from windsock.governance import commands as governance_commands
from windsock.governance import routes as governance_routes
from windsock.identity import erase as identity_erase
from windsock.jobs import jobs as jobs_work
from windsock.jobs import routes as jobs_routes
from windsock.metrics import commands as metrics_commands
from windsock.metrics import jobs as metrics_jobs
from windsock.metrics import routes as metrics_routes
from windsock.orders import commands as orders_commands
from windsock.orders import erase as orders_erase
from windsock.orders import routes as orders_routes
from windsock.tracking import erase as tracking_erase
from windsock.tracking import routes as tracking_routes


@dataclass(frozen=True)
class Room:
    """What one room gives to the doors.

    Attributes:
        name: the package's name.
        routers: its ``APIRouter`` objects.
        job_kinds: its ``JobKind`` objects, run by the worker.
        schedules: its ``Schedule`` objects, ticked by the worker.
        reactions: its ``Reaction`` objects, called by the worker on facts of lower rooms.
        commands: its ``click.Command`` objects; the command line opens the workspace for them.
        erasers: how it exports and removes a person.
        on_start: called with the workspace before the first request or job.
    """

    name: str
    routers: tuple[Any, ...] = ()
    job_kinds: tuple[Any, ...] = ()
    schedules: tuple[Any, ...] = ()
    reactions: tuple[Any, ...] = ()
    commands: tuple[Any, ...] = ()
    erasers: tuple[Any, ...] = ()
    on_start: Callable[[Any], None] | None = None


# Ports: what a lower room needs of a higher one.
jobs.plug_audit(governance.audit)

ROOMS: tuple[Room, ...] = (
    Room("jobs", routers=(jobs_routes.router,), job_kinds=jobs_work.JOB_KINDS, schedules=jobs_work.SCHEDULES),
    Room("governance", routers=(governance_routes.router,), commands=governance_commands.COMMANDS),
    Room("definitions", routers=(definitions_routes.router,)),
    Room("sources"),
    Room("catalog"),
    Room("identity", erasers=(identity_erase.ERASER,)),
    Room("orders", routers=(orders_routes.router,), commands=orders_commands.COMMANDS, erasers=(orders_erase.ERASER,)),
    Room("tracking", routers=(tracking_routes.router,), erasers=(tracking_erase.ERASER,)),
    Room(
        "metrics",
        routers=(metrics_routes.router,),
        job_kinds=metrics_jobs.JOB_KINDS,
        schedules=metrics_jobs.SCHEDULES,
        commands=metrics_commands.COMMANDS,
    ),
    Room("demo", commands=demo_commands.COMMANDS),
)
