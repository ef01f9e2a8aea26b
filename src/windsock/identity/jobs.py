"""The room's own work: people are made again when the policy changes."""

from __future__ import annotations

from windsock.identity.switch import JOB, apply_policy
from windsock.jobs import JobKind

JOB_KINDS = (JobKind(JOB, apply_policy),)
