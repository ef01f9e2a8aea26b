"""Reports' own work: see every minute what is due, and send it."""

from __future__ import annotations

from windsock.jobs import JobKind, Schedule
from windsock.metrics.reports.keep import ATTEMPTS, SEND, ask_due, send_run

JOB_KINDS = (JobKind("reports.due", ask_due), JobKind(SEND, send_run, attempts=ATTEMPTS))
SCHEDULES = (Schedule("reports.due", "reports.due", every_s=60),)
