"""The work of matching: every night people of whom much the same is known are suggested."""

from __future__ import annotations

from windsock.identity.matching.suggest import suggest
from windsock.jobs import JobKind, Schedule

JOB_KINDS = (JobKind("identity.suggest", suggest),)
SCHEDULES = (Schedule("identity.suggest", "identity.suggest", at_local="03:30"),)
