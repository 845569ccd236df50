"""Sessions and what is told in them. Each is a process of its own, since it is governed from then on."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from conftest import REPOSITORY, Scene, eventually
from countersign import Client, CountersignError, session

_SECRET = "ghp_016C7e1a9B2d4F6a8C0e2A4c6E8a0C2e4G6i"


def _run(scene: Scene, source: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)],
        env={"COUNTERSIGN_URL": scene.url, "PYTHONPATH": str(REPOSITORY / "sdk/python/src")},
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.verifies("sdk:session")
def test_a_session_holds_what_is_told_and_done_in_it(scene: Scene) -> None:
    said = _run(
        scene,
        """
        import countersign
        from countersign import guard

        @guard
        def get_weather(city):
            return city

        countersign.record({"type": "output", "text": "there is no session yet"})
        with countersign.session("planner") as run:
            countersign.record({"type": "prompt", "text": "what will it be"})
            for piece in run.recorded(["I have ghp_016C7e1a9B2d", "4F6a8C0e2A4c6E8a0C2e4G6i"], model="m-1"):
                pass
            run.record({"type": "usage", "input_tokens": 812, "output_tokens": 40, "cost_usd": 0.0021, "model": "m-1"})
            with guard.action("get_weather", {"city": "Bern"}) as call:
                pass
            for number in range(3):
                run.record({"type": "reasoning", "text": f"thought {number}"})
        print(run.id, run.nested, call.answer.trace_id)
        """,
    )
    session, nested, trace = said.split()
    assert nested == "False"
    frames = scene.frames(session)
    told = [frame for frame in frames if frame["kind"].startswith("model.")]
    assert [frame["kind"].removeprefix("model.") for frame in told] == ["prompt", "output", "usage", *["reasoning"] * 3]
    assert _SECRET not in str(frames) and told[1]["payload"]["text"].startswith("I have ")
    assert told[2]["data"] | {"toldAt": 0} == {"toldAt": 0, "inputTokens": 812, "outputTokens": 40, "costUsd": 0.0021}
    assert told[0]["data"]["toldAt"] is not None
    (ended,) = [frame for frame in frames if frame["kind"] == "session.ended"]
    assert ended["data"]["exitCode"] == 0
    assert scene.frames(trace)[0]["session"] == session
    assert scene.frames(trace)[0]["agent"] == "planner"


@pytest.mark.verifies("sdk:session")
def test_asynchronous_and_nested(scene: Scene) -> None:
    said = _run(
        scene,
        """
        import asyncio, countersign

        async def pieces():
            yield "one "
            yield "whole"

        async def main():
            async with countersign.session("planner") as run:
                again = await countersign.session("other").aopen()
                async for piece in run.arecorded(pieces()):
                    pass
                await run.aflush()
                print(run.id, again.id == run.id, again.nested, again.agent)
                raise SystemExit(0)

        asyncio.run(main())
        """,
    )
    session, *rest = said.split()
    assert rest == ["True", "True", "planner"]
    (output,) = [frame for frame in scene.frames(session) if frame["kind"] == "model.output"]
    assert output["payload"]["text"] == "one whole"


@pytest.mark.verifies("sdk:frames")
def test_frames_are_sent_without_being_asked_for(scene: Scene) -> None:
    said = _run(
        scene,
        """
        import countersign, os
        run = countersign.session("planner").open()
        for number in range(200):
            run.record({"type": "output", "text": f"{number}"})
        print(run.id)
        """,
    )
    texts = [frame["payload"]["text"] for frame in scene.frames(said) if frame["kind"] == "model.output"]
    assert texts == [str(number) for number in range(200)]


@pytest.mark.verifies("sdk:frames")
def test_telling_never_fails_and_never_waits(scene: Scene) -> None:
    said = _run(
        scene,
        """
        import countersign, logging
        from countersign import Client
        from countersign.sessions import Session
        logging.disable()
        run = countersign.session("planner").open()
        run.record({"type": "output", "text": "kept"})
        run.flush()
        run._client = Client("unix:/nonexistent/agent.sock")
        run.record({"type": "output"})
        run.record(None)
        for number in range(5000):
            run.record({"type": "output", "text": str(number)})
        try:
            run.flush()
        except countersign.DaemonUnavailable as lost:
            print(run.id, lost.code, len(run._kept) <= 4096, flush=True)
        import os
        os._exit(0)
        """,
    )
    assert said.split()[1:] == ["daemon_unreachable", "True"]


@pytest.mark.verifies("sdk:door")
def test_over_tcp_with_a_token(own_scene: Callable[..., Scene]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scene = own_scene(config=f"http:\n  port: {port}\n")
    file = scene.home / "run/agent-token"
    token = eventually(lambda: file.read_text().strip() or None if file.exists() else None, "the token")
    url = f"http://127.0.0.1:{port}"

    def asked() -> str | None:
        try:
            return Client(url, token=token).evaluate({"kind": "exec", "argv": ["ls"], "cwd": "/"}).verdict
        except CountersignError:
            return None

    assert eventually(asked, "the door") == "allow"
    with pytest.raises(CountersignError) as wrong:
        Client(url, token="wrong").evaluate({"kind": "exec", "argv": ["ls"]})
    assert wrong.value.code == "bad_token"
    with pytest.raises(CountersignError) as none:
        session("planner", client=Client(url, token=token)).open()
    assert none.value.code == "bad_request"
