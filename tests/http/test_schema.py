"""The interface does what its description says, whatever is sent: requests made from the description itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.http.make import BASE
from windsock.governance.issue import issue_token, revoke_token
from windsock.governance.model import SYSTEM
from windsock.http import describe

SNAPSHOT = Path(__file__).with_name("openapi.json")
CASES = 25
SCHEMA = schemathesis.openapi.from_dict(json.loads(describe()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


def test_the_description_is_the_one_that_is_kept() -> None:
    kept = SNAPSHOT.read_text(encoding="utf-8") if SNAPSHOT.exists() else ""
    assert describe() == kept, f"The interface changed. If that is meant: windsock openapi --out tests/http/{SNAPSHOT.name}"


@pytest.fixture
def headers(standing: FastAPI) -> Iterator[dict[str, str]]:
    """A token of its own for each operation, gone after it: there are more operations than tokens may work at once."""
    workspace = standing.state.workspace
    secret, token = issue_token(workspace, SYSTEM, "probe", "lead", None)
    yield {"Authorization": f"Bearer {secret}"}
    revoke_token(workspace, SYSTEM, token.id)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_the_server_or_the_description(
    standing: FastAPI, headers: dict[str, str], operation: schemathesis.APIOperation, mode: GenerationMode
) -> None:
    checks = [not_a_server_error, *CHECKS.get_by_names(["response_schema_conformance"])]
    operation.schema.app = standing

    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def probe(case: schemathesis.Case) -> None:
        answer = case.call(base_url=BASE, headers=headers, app=standing)
        case.validate_response(answer, checks=checks)

    try:
        probe()
    except Exception as error:
        if type(error).__name__ == "Unsatisfiable":
            pytest.skip("nothing wrong can be sent to it")
        raise
