"""Show the policy, and switch another one on: written as a definition, then people are made again, all at once or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock import definitions, jobs
from windsock.governance import SYSTEM, Actor, audit
from windsock.identity.amend import CHANGED
from windsock.identity.in_force import policy_in_force, put_in_force
from windsock.identity.model import Policy, as_body, as_policy
from windsock.identity.rebuild import rebuild_aliases
from windsock.kernel.counted import counted
from windsock.kernel.errors import NotFound
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.jobs import JobContext
    from windsock.records import Session
    from windsock.workspace import Workspace

KIND, NAME, JOB = "identity_policy", "default", "identity.apply_policy"
_COUNTS = statement(
    """
    SELECT (SELECT COUNT(*) FROM identity) AS ids, (SELECT COUNT(*) FROM alias WHERE known_to_ms IS NULL) AS merged
    """
)
_SHARED = """
    WITH both_ways AS (
        SELECT did_a AS here, did_b AS there, kind FROM identity_edge UNION ALL SELECT did_b, did_a, kind FROM identity_edge
    ), tied AS (
        SELECT w.here, i.namespace FROM both_ways AS w JOIN identity AS i ON i.did = w.there
        GROUP BY w.here, i.namespace HAVING COUNT(DISTINCT w.there) > $most
    )
    SELECT COUNT(DISTINCT here) AS shared FROM tied
"""


def show_policy(workspace: Workspace) -> dict[str, Any]:
    """Return the policy that people are made by, a version that is being switched on, and how many people there are."""
    held = policy_in_force(workspace.warehouse)
    with workspace.records.read() as session:
        active = definitions.current(session, KIND, NAME)
    counts = workspace.warehouse.query(_COUNTS).to_pylist()[0]
    shared = workspace.warehouse.query(statement(_SHARED), {"most": held.policy.shared_after}).to_pylist()[0]
    pending = active.version if active is not None and active.version != held.version else None
    people = {"persons": counts["ids"] - counts["merged"], "merged_ids": counts["merged"], "shared_ids": shared["shared"]}
    return {"version": held.version, "pending": pending, "body": as_body(held.policy), **people}


def propose_policy(workspace: Workspace, actor: Actor, body: Mapping[str, Any], reason: str) -> tuple[int, str]:
    """Write a policy as a definition, activate it and ask for the work that makes people by it.

    Returns:
        The version and the job's id.

    Raises:
        InvalidInput: the policy can't be.
        NotAllowed, Conflict: as definitions say.
    """
    policy = as_policy(body)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        change = definitions.Change(actor, reason, now_ms)
        newest = _newest(session)
        draft = definitions.save_draft(session, change, KIND, NAME, as_body(policy), base_version=newest)
        if draft.state != "active":
            definitions.activate(session, change, KIND, NAME, draft.version)
        job = jobs.enqueue(session, JOB, {"version": draft.version}, now_ms=now_ms, ids=workspace.ids)
    return draft.version, job


def apply_policy(workspace: Workspace, context: JobContext) -> None:
    """Make people by the active policy; safe to repeat and to cancel: until it is done the old policy holds."""
    with workspace.records.read() as session:
        active = definitions.current(session, KIND, NAME)
    if active is None or active.version == policy_in_force(workspace.warehouse).version:
        context.progress(1, 1, "nothing to do")
        return
    policy = as_policy(active.body)
    changed = _make_again(workspace, context, active.version, policy)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        audit(session, SYSTEM, "identity.policy_applied", f"policy:{active.version}", {"changed": changed}, now_ms)
        jobs.publish(session, CHANGED, {"pids": [], "changed": changed, "complete": False}, now_ms)
    context.progress(4, 4, f"{counted(changed, 'id changed its', 'ids changed their')} person")


def _make_again(workspace: Workspace, context: JobContext, version: int, policy: Policy) -> int:
    def step(done: int, note: str) -> None:
        context.progress(done, 4, note)
        context.check_cancelled()

    now_ms = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        put_in_force(tx, version, policy, now_ms)
        return rebuild_aliases(tx, None, now_ms, policy=policy, step=step)


def _newest(session: Session) -> int:
    try:
        versions = definitions.history(session, KIND, NAME, limit=1).items
    except NotFound:
        return 0
    return versions[0].version
