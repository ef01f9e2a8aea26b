"""Say of each buyer what the model that is used says, with what moved it; in pieces, each column at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.audiences.models.features.people import known_at
from windsock.audiences.models.keep import fall_back, used_of
from windsock.audiences.models.learners import CHUNK, learned_from
from windsock.audiences.models.measure import Floats, drift
from windsock.audiences.models.model import DRIFT_MOST
from windsock.audiences.models.tasks import task_of, title_of
from windsock.governance import audit
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from windsock.audiences.models.features.people import Known
    from windsock.audiences.models.store import Kept
    from windsock.governance import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

REASONS, LEAST = 3, 100
_GONE = statement("DELETE FROM model_score WHERE model = $model")
_OF = statement("SELECT model, version, score, said_by, reasons, at_ms FROM model_score WHERE did = $did ORDER BY model")


def score(
    workspace: Workspace, actor: Actor, name: str, *, step: Callable[[int, int], None] | None = None, cancel: Cancel | None = None
) -> dict[str, Any]:
    """Score all buyers by the version that is used; where its scores have drifted it falls back, and the baseline speaks.

    Raises:
        Conflict: no version is used.
        InvalidInput: a feature that it needs is not there any more.
    """
    used = used_of(workspace, name)
    if used is None:
        raise Conflict(f"No version of '{name}' is used.", where="model", fix="Make one, and activate it: `windsock model activate`.")
    now_ms = workspace.clock.now_ms()
    known = known_at(workspace, now_ms, used.days, used.goods_kind or None, cancel=cancel)
    parts = list(_parts(used, known, step))
    said = np.concatenate([one for one, _ in parts]) if parts else np.zeros(0)
    moved = drift(np.asarray(used.card["quantiles"], np.float64), said) if len(said) >= LEAST and used.state == "active" else 0.0
    fell = used.state == "fallback" or moved > DRIFT_MOST
    if fell:
        said = _simple(used, known)
    reasons = pa.nulls(len(said), pa.string()) if fell else pa.concat_arrays([one for _, one in parts] or [pa.array([], pa.string())])
    count = len(said)
    rows = pa.table({
        "model": pa.array([name] * count, pa.string()), "version": pa.array(np.full(count, used.version)), "did": pa.array(known.person),
        "score": pa.array(said), "said_by": pa.array(["baseline" if fell else "model"] * count, pa.string()), "reasons": reasons,
        "at_ms": pa.array(np.full(count, now_ms)), "known_from_ms": pa.array(np.full(count, now_ms)),
    })  # fmt: skip
    with workspace.warehouse.transaction() as tx:
        tx.execute(_GONE, {"model": name})
        tx.append("model_score", rows)
    with workspace.records.write() as session:
        if fell and used.state == "active":
            fall_back(session, used, f"The scores have drifted: PSI {moved:.2f}, over {DRIFT_MOST}.", now_ms)
        audit(session, actor, "model.scored", f"model:{name}", {"version": used.version, "people": count, "drift": round(moved, 4)}, now_ms)
    told = {"name": name, "version": used.version, "people": count, "by": "baseline" if fell else "model", "drift": moved}
    return told | {"mean": float(said.mean()) if count else None}


def scores_of(workspace: Workspace, person: int) -> list[dict[str, Any]]:
    """Return what models say of a person, with what moved it most: ``up`` or down, and the feature's title."""
    found = workspace.warehouse.query(_OF, {"did": person}).to_pylist()
    return [{**row, "reasons": [_reason(one) for one in (row["reasons"] or "").split(" ") if one]} for row in found]


def _reason(told: str) -> dict[str, Any]:
    return {"feature": told[1:], "up": told[0] == "+", "title": title_of(told[1:])}


def _parts(used: Kept, known: Known, step: Callable[[int, int], None] | None) -> Iterator[tuple[Floats, pa.Array]]:
    """Yield scores and reasons of people, a piece after another.

    Raises:
        InvalidInput: a feature is missing.
    """
    learned = learned_from(used.learned)
    missing = [name for name in learned.names if name not in known.names]
    if missing:
        raise InvalidInput(f"The feature '{missing[0]}' is not there any more.", where=used.name, fix="Make a new version.")
    places = [known.names.index(name) for name in learned.names]
    texts = pa.array([sign + name for name in learned.names for sign in "+-"])
    for first in range(0, len(known.person), CHUNK):
        if step is not None:
            step(first, len(known.person))
        rows = known.features[first : first + CHUNK][:, places]
        added = learned.adds(rows)
        most = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :REASONS]
        signs = np.take_along_axis(added, most, axis=1) < 0
        words = [texts.take(pa.array(most[:, place] * 2 + signs[:, place])) for place in range(most.shape[1])]
        yield learned.says(rows), pc.binary_join_element_wise(*words, " ")


def _simple(used: Kept, known: Known) -> Floats:
    """Return the baseline's score: it ranks, and is no probability."""
    column = known.features[:, known.names.index(task_of(used.name).column or known.names[0])]
    return np.nan_to_num(column, nan=-1.0)
