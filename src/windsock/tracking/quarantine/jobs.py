"""Large groups are replayed in the background."""

from __future__ import annotations

from windsock.jobs import JobKind
from windsock.tracking.quarantine.replay import JOB, run_job

JOB_KINDS = (JobKind(JOB, run_job),)
