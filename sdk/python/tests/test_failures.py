"""Nobody to ask, answers that mean nothing, and loops: the action does not run."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Scene, eventually
from countersign import Client, CountersignError, DaemonUnavailable, Denied, LoopDetected, Loops, guard

_ANSWER = {
    "requestId": "r",
    "traceId": "t",
    "verdict": "allow",
    "score": 0,
    "band": "low",
    "reason": "fine",
    "findings": [],
    "obligations": [],
}


class _Impostor:
    """Answers connection after connection with what it was given; ``None`` hangs up. Then it hangs up for good."""

    def __init__(self, folder: Path, replies: list[bytes | None]) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "s"))
        self._listener.listen()
        self._replies = replies
        self.heads: list[str] = []
        self.client = Client(f"unix:{folder / 's'}")
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            peer, _ = self._listener.accept()
            with peer:
                self.heads.append(_request(peer))
                reply = self._replies.pop(0) if self._replies else None
                if reply is not None:
                    peer.sendall(reply)


def _request(peer: socket.socket) -> str:
    reader = peer.makefile("rb")
    lines = list(iter(reader.readline, b"\r\n"))
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length")), 0)
    return b"".join(lines).decode() + reader.read(length).decode()


def _http(value: object, status: int = 200) -> bytes:
    body = json.dumps(value).encode()
    return f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@pytest.fixture
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[bytes | None]], _Impostor]:
    return lambda replies: _Impostor(tmp_path_factory.mktemp("i"), replies)


def _must_not_run(city: str) -> None:
    raise AssertionError("it ran")


async def _amust_not_run(city: str) -> None:
    raise AssertionError("it ran")


@pytest.mark.verifies("sdk:unavailable")
async def test_without_a_daemon_nothing_runs() -> None:
    nowhere = Client("unix:/nonexistent/agent.sock")
    with pytest.raises(DaemonUnavailable) as unavailable:
        guard(_must_not_run, client=nowhere)("Bern")
    assert unavailable.value.code == "daemon_unreachable" and "countersign up" in unavailable.value.hint
    with pytest.raises(DaemonUnavailable):
        await guard(_amust_not_run, client=nowhere)("Bern")


@pytest.mark.verifies("sdk:unavailable")
async def test_it_runs_unasked_only_where_that_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = Client("unix:/nonexistent/agent.sock")

    @guard(client=nowhere, fail_open="observe")
    async def get_weather(city: str) -> str:
        return city

    with caplog.at_level(logging.WARNING, "countersign"):
        assert await get_weather("Bern") == "Bern"
    assert "nobody could be asked" in caplog.text


@pytest.mark.verifies("sdk:not-understood")
@pytest.mark.parametrize("how", ["sync", "async"])
@pytest.mark.parametrize(
    "reply",
    [
        _http({**_ANSWER, "verdict": "perhaps"}),
        _http({**_ANSWER, "verdict": "compute"}),
        _http({**_ANSWER, "rewrite": ["ls"]}),
        _http({**_ANSWER, "score": "low"}),
        _http({**_ANSWER, "findings": None}),
        _http(["allow"]),
        _http("allow"),
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        _http({}, 500),
        _http({"code": "bad_token", "detail": "x", "hint": "y"}, 401),
    ],
)
async def test_an_answer_that_is_none_is_no_yes(impostor: Any, reply: bytes, how: str) -> None:
    server = impostor([reply])
    with pytest.raises(CountersignError) as error:
        if how == "sync":
            guard(_must_not_run, client=server.client, fail_open="observe")("Bern")
        else:
            await guard(_amust_not_run, client=server.client, fail_open="observe")("Bern")
    assert not isinstance(error.value, DaemonUnavailable)


@pytest.mark.verifies("sdk:not-understood")
@pytest.mark.parametrize("how", ["sync", "async"])
@pytest.mark.parametrize("reply", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}"])
async def test_half_an_answer_is_none(impostor: Any, reply: bytes, how: str) -> None:
    server = impostor([reply] * 5)
    # It may have been a no.
    with pytest.raises(DaemonUnavailable) as lost:
        if how == "sync":
            guard(_must_not_run, client=server.client, fail_open="observe")("Bern")
        else:
            await guard(_amust_not_run, client=server.client, fail_open="observe")("Bern")
    assert lost.value.code == "daemon_lost" and lost.value.asked


@pytest.mark.verifies("sdk:unavailable")
async def test_what_is_too_large_is_refused_with_a_reason(scene: Scene) -> None:
    action = {"kind": "tool", "tool": "get_weather", "args": {"city": "x" * 17_000_000}}
    for refused in (scene.client.run, None):
        with pytest.raises(CountersignError) as error:
            if refused is not None:
                scene.client.evaluate(action)
            else:
                await scene.client.aevaluate(action)
        assert error.value.code == "too_large"


@pytest.mark.verifies("sdk:retry")
@pytest.mark.parametrize("how", ["sync", "async"])
async def test_it_tries_again_under_the_same_name(impostor: Any, how: str) -> None:
    busy = _http({"code": "too_busy", "detail": "x", "hint": "y"}, 429)
    server = impostor([None, busy, _http(_ANSWER), _http({"done": True})])
    if how == "sync":
        assert guard(len, client=server.client, name="count")([1, 2]) == 2
    else:
        assert (await server.client.aevaluate({"kind": "exec", "argv": ["ls"]})).verdict == "allow"
    keys = {line for head in server.heads[:3] for line in head.splitlines() if line.lower().startswith("idempotency")}
    assert len(server.heads[:3]) == 3 and len(keys) == 1
    assert "api-version: 1" in server.heads[0].lower()


@pytest.mark.verifies("sdk:obligations")
def test_an_obligation_that_came_unlisted_is_no_yes(impostor: Any) -> None:
    server = impostor([_http({**_ANSWER, "obligations": [{"kind": "stand-on-one-leg"}]}), _http({"done": True})])
    with pytest.raises(Denied) as denied:
        guard(_must_not_run, client=server.client)("Bern")
    assert denied.value.code == "unsupported_obligation"
    assert '"refused"' in server.heads[1]


@pytest.mark.verifies("sdk:unavailable")
def test_a_daemon_that_dies_while_a_person_decides(own_scene: Callable[..., Scene], customer: int) -> None:
    scene = own_scene()
    ran: list[int] = []
    delete_customer = guard(ran.append, client=scene.client, name="delete_customer", fail_open="observe")

    def kill() -> None:
        _until_pending(scene)
        scene.order("kill")

    killing = threading.Thread(target=kill)
    killing.start()
    with pytest.raises(DaemonUnavailable) as lost:
        delete_customer(customer)
    killing.join()
    assert lost.value.asked and ran == []
    # The next one judges afresh.
    scene.order("start")
    answering = scene.answering("approve")
    delete_customer(customer)
    answering.join()
    assert ran == [customer]


@pytest.mark.verifies("sdk:unavailable")
def test_a_question_outlives_a_daemon_that_goes_away(impostor: Any) -> None:
    judging = _http({**_ANSWER, "verdict": "pending"})
    server = impostor([judging, *[None] * 5, _http({**_ANSWER, "verdict": "deny", "code": "denied_by_human"})])
    delete_customer = guard(_must_not_run, client=server.client, fail_open="observe")
    # It was still being judged: whether a person has been asked since, nobody knows.
    with pytest.raises(DaemonUnavailable) as lost:
        delete_customer("Bern")
    assert lost.value.asked
    with pytest.raises(Denied):
        delete_customer("Bern")
    names = {line for head in server.heads for line in head.splitlines() if line.lower().startswith("idempotency")}
    assert len(names) == 1


@pytest.mark.verifies("sdk:retry")
@pytest.mark.parametrize("how", ["sync", "async"])
async def test_a_name_that_was_forgotten_is_asked_again(impostor: Any, how: str) -> None:
    pending = _http({**_ANSWER, "verdict": "pending", "approval": "a1", "expiresAt": 1})
    forgotten = _http({"code": "not_found", "detail": "x", "hint": "y"}, 404)
    server = impostor([pending, forgotten, pending, _http(_ANSWER)])
    action = {"kind": "exec", "argv": ["ls"]}
    answer = server.client.evaluate(action) if how == "sync" else await server.client.aevaluate(action)
    assert answer.verdict == "allow"
    asked = [head.split(" HTTP")[0].split("?")[0] for head in server.heads]
    (path,) = {line for line in asked if line.startswith("GET")}
    assert asked == ["POST /agent/actions/evaluate", path, "POST /agent/actions/evaluate", path]


def _until_pending(scene: Scene) -> None:
    eventually(lambda: scene.pending() or None, "the question")


@pytest.mark.verifies("sdk:arguments")
def test_arguments_that_change_while_somebody_decides(scene: Scene, customer: int) -> None:
    ids = [customer]

    @guard(client=scene.client)
    def delete_customer(ids: list[int]) -> None:
        raise AssertionError("it ran")

    def meddle() -> None:
        _until_pending(scene)
        ids.append(customer + 1)
        scene.answer("approve")

    thread = threading.Thread(target=meddle)
    thread.start()
    with pytest.raises(Denied) as denied:
        delete_customer(ids)
    thread.join()
    assert denied.value.code == "facts_changed"
    (frame,) = scene.frames(denied.value.trace_id, "action.outcome")
    assert frame["data"]["status"] == "refused"


@pytest.mark.verifies("sdk:loop")
def test_an_agent_that_goes_round_in_circles(scene: Scene) -> None:
    calls: list[str] = []
    client = Client(scene.url)
    get_weather = guard(calls.append, client=client, name="get_weather")
    for _ in range(4):
        get_weather("Bern")
    for _ in range(2):
        with pytest.raises(LoopDetected) as loop:
            get_weather("Bern")
    assert loop.value.count == 5 and "next:" in str(loop.value)
    # Any other call begins anew.
    get_weather("Rome")
    get_weather("Bern")
    assert len(calls) == 6


@pytest.mark.verifies("sdk:loop")
def test_two_calls_that_take_turns(scene: Scene) -> None:
    client = Client(scene.url)
    calls: list[str] = []
    get_weather = guard(calls.append, client=client, name="get_weather")
    with pytest.raises(LoopDetected) as loop:
        for number in range(99):
            get_weather("Bern" if number % 2 == 0 else "Rome")
    assert (loop.value.count, len(calls)) == (7, 6)
    never = guard(calls.append, client=client, name="get_weather", loops=None)
    for _ in range(9):
        never("Bern")
    early = guard(calls.append, client=client, name="early", loops=Loops(same=2))
    early("Bern")
    with pytest.raises(LoopDetected):
        early("Bern")
    # Agents are told apart.
    guard(calls.append, client=client, name="early", loops=Loops(same=2), agent="other")("Bern")
