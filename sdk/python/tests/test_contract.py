"""The cases that every SDK has to pass."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import CASES, Scene
from countersign import ApprovalPending, CountersignError, Denied
from countersign.asking import Question, asking
from countersign.answers import Answer
from countersign.client import fresh_key

_CLASSES = {"refused": ("deny", "pending")}
_ERRORS = {"Denied": Denied, "ApprovalPending": ApprovalPending, "Error": CountersignError}


def _question(case: dict[str, Any], body: dict[str, Any]) -> Question:
    key = body.get("requestId", fresh_key())
    return Question(key, body, approval="raise", headers=case.get("headers", {}))


def _check(case: dict[str, Any], answer: Answer | None, error: CountersignError | None) -> None:
    wanted = case["expect"]
    expected = _ERRORS[wanted["error"]] if "error" in wanted else type(None)
    # Whether a person is asked about what is refused depends on who is enrolled.
    allowed = (Denied, ApprovalPending) if wanted.get("verdict") == "refused" else (expected,)
    assert type(error) in allowed
    if "status" in wanted:
        assert error is not None and error.status == wanted["status"] and error.hint
    if "code" in wanted:
        assert error is not None and error.code == wanted["code"]
    if "verdict" in wanted:
        assert answer is not None
        assert answer.verdict in _CLASSES.get(wanted["verdict"], (wanted["verdict"],))
        assert [one.kind for one in answer.obligations] == wanted.get("obligations", [])
        assert answer.reason and answer.trace_id and 0 <= answer.score <= 100


@pytest.mark.verifies("sdk:cases")
@pytest.mark.parametrize("case", CASES["cases"], ids=[case["name"] for case in CASES["cases"]])
@pytest.mark.parametrize("how", ["sync", "async"])
async def test_cases(contract: Scene, case: dict[str, Any], how: str) -> None:
    run = contract.client.run if how == "sync" else None

    async def ask(body: dict[str, Any]) -> Answer:
        steps = asking(_question(case, body))
        return run(steps) if run is not None else await contract.client.arun(steps)

    answer, error = None, None
    try:
        if "before" in case:
            await ask(case["before"])
        answer = await ask(case["request"])
        answer.raise_unless_allowed()
    except CountersignError as raised:
        error = raised
    _check(case, answer, error)
