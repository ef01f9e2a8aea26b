"""Stored events are brought in line with the rules of internal traffic in the background."""

from __future__ import annotations

from windsock.jobs import JobKind
from windsock.tracking.internal.keep import JOB, run_job

JOB_KINDS = (JobKind(JOB, run_job),)
