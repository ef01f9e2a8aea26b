"""Which policy people are made by: it is kept beside the people, so that both change in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from windsock.identity.model import DEFAULT_POLICY, Policy, as_body, as_policy
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction, Warehouse

_ALWAYS = 2**62
_IN_FORCE = statement("SELECT version, body FROM identity_policy WHERE known_from_ms <= $at ORDER BY known_from_ms DESC, version DESC LIMIT 1")


@dataclass(frozen=True)
class InForce:
    """A policy and its version; 0 is the built-in one."""

    version: int
    policy: Policy


def policy_in_force(store: Transaction | Warehouse, *, at_ms: int = _ALWAYS) -> InForce:
    """Return the policy that people are made by, now or as of a moment."""
    found = store.query(_IN_FORCE, {"at": at_ms})
    if found.num_rows == 0:
        return InForce(0, DEFAULT_POLICY)
    return InForce(int(found.column("version")[0].as_py()), _read(str(found.column("body")[0].as_py())))


def put_in_force(tx: Transaction, version: int, policy: Policy, now_ms: int) -> None:
    """Note that people are made by a policy from now on; the caller makes them again in the same transaction."""
    row = {"version": [version], "body": [json.dumps(as_body(policy), sort_keys=True)], "known_from_ms": [now_ms]}
    tx.append("identity_policy", pa.table(row).cast(schema.BY_NAME["identity_policy"].arrow()))


@lru_cache(maxsize=16)
def _read(body: str) -> Policy:
    return as_policy(json.loads(body))
