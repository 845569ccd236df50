"""Questions to a person: waited for, left open and taken up, withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from conftest import Scene, eventually
from countersign import ApprovalPending, Denied, evaluate, guard

pytestmark = pytest.mark.verifies("sdk:approval")


def test_it_waits_for_the_person(scene: Scene, customer: int, caplog: pytest.LogCaptureFixture) -> None:
    @guard(client=scene.client)
    def delete_customer(id: int) -> str:
        return f"gone {id}"

    answering = scene.answering("approve")
    assert delete_customer(customer) == f"gone {customer}"
    answering.join()
    assert "countersign approve" in caplog.text


def test_no_is_no_and_stays_no(own_scene: Callable[..., Scene], customer: int) -> None:
    scene = own_scene()

    @guard(client=scene.client)
    def delete_customer(id: int) -> str:
        raise AssertionError("it ran")

    answering = scene.answering("deny")
    with pytest.raises(Denied) as denied:
        delete_customer(customer)
    answering.join()
    assert denied.value.code == "denied_by_human"
    with pytest.raises(Denied) as again:
        delete_customer(customer)
    assert again.value.code == "denied_before"


async def test_the_same_call_takes_up_its_question(scene: Scene, customer: int) -> None:
    @guard(client=scene.client, approval="raise")
    async def delete_customer(id: int) -> str:
        return f"gone {id}"

    with pytest.raises(ApprovalPending) as first:
        await delete_customer(customer)
    assert first.value.approval and first.value.expires_at and first.value.score > 30
    # Coming again to an open question is no loop, however often.
    for _ in range(8):
        with pytest.raises(ApprovalPending) as again:
            await delete_customer(customer)
        assert again.value.request_id == first.value.request_id
    scene.answer("approve", first.value.approval)
    assert await _answered(delete_customer, customer) == f"gone {customer}"
    # An answer is good for one run.
    with pytest.raises(ApprovalPending) as next_one:
        await delete_customer(customer)
    assert next_one.value.request_id != first.value.request_id
    scene.answer("approve", next_one.value.approval)


def test_a_timeout_leaves_the_question_open(scene: Scene, customer: int) -> None:
    @guard(client=scene.client, timeout=0.2)
    def delete_customer(id: int) -> str:
        return f"gone {id}"

    with pytest.raises(ApprovalPending) as pending:
        delete_customer(customer)
    held = eventually(lambda: next(iter(scene.pending()), None), "the question")
    scene.answer("approve", held["id"])
    assert pending.value.request_id
    assert eventually(lambda: _done(delete_customer, customer), "the answer") == f"gone {customer}"


def _done(function: Callable[[int], str], customer: int) -> str | None:
    try:
        return function(customer)
    except ApprovalPending:
        return None


async def _answered(function: Callable[[int], Awaitable[str]], customer: int) -> str:
    while True:
        try:
            return await function(customer)
        except ApprovalPending:
            await asyncio.sleep(0.02)


@pytest.mark.verifies("sdk:withdrawn")
async def test_a_cancelled_task_withdraws_its_question(scene: Scene, customer: int) -> None:
    @guard(client=scene.client)
    async def delete_customer(id: int) -> str:
        raise AssertionError("it ran")

    task = asyncio.create_task(delete_customer(customer))
    await asyncio.to_thread(eventually, lambda: scene.pending() or None, "the question")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert scene.pending() == []


async def test_evaluate_gives_the_answer_back(scene: Scene, customer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_HOME", str(scene.home))
    action = {"kind": "tool", "tool": "delete_customer", "args": {"id": customer}}
    held = evaluate(action, approval="raise", request_id=f"job-{customer}")
    assert held.verdict == "pending" and held.approval
    with pytest.raises(ApprovalPending):
        held.raise_unless_allowed()
    scene.answer("approve", held.approval)
    answer = await scene.client.aevaluate(action, request_id=f"job-{customer}")
    assert (answer.verdict, answer.trace_id) == ("allow", held.trace_id)
    await scene.client.aoutcome(answer.request_id, "succeeded", exit_code=0, duration_ms=1.5)
    scene.client.outcome(answer.trace_id, "succeeded", exit_code=0, duration_ms=1.5)
    (frame,) = scene.frames(answer.trace_id, "action.outcome")
    assert (frame["data"]["exitCode"], frame["data"]["durationMs"]) == (0, 1.5)
