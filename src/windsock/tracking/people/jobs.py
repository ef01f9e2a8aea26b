"""People are erased in the background."""

from __future__ import annotations

from windsock.jobs import JobKind
from windsock.tracking.people.rights import ERASE, run_job

JOB_KINDS = (JobKind(ERASE, run_job),)
