"""Functions that ask before they run."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Scene
from countersign import CountersignError, Denied, guard

pytestmark = pytest.mark.verifies("sdk:guard")


def _action(scene: Scene, trace: str) -> Any:
    (frame,) = scene.frames(trace, "action.assessed")
    return frame["payload"]["action"]


def test_a_decorated_function_runs_when_allowed(scene: Scene) -> None:
    @guard(client=scene.client, agent="planner", policy=None)  # type: ignore[call-overload, untyped-decorator]
    def get_weather(city: str, *days: int, unit: str = "C", **more: str) -> str:
        """What the sky does."""
        return f"{city} {days} {unit} {more}"

    assert get_weather("Bern", 1, 2, wind="yes") == "Bern (1, 2) C {'wind': 'yes'}"
    assert get_weather.__name__ == "get_weather"
    assert get_weather.__doc__ == "What the sky does."
    assert list(inspect.signature(get_weather).parameters) == ["city", "days", "unit", "more"]


def test_it_is_judged_with_its_arguments_by_name(scene: Scene) -> None:
    class Office:
        @guard(client=scene.client, agent="planner")
        def get_weather(self, city: str, unit: str = "C", folder: Path = Path("/tmp")) -> str:
            return self.__class__.__name__ + city

    assert Office().get_weather("Bern") == "OfficeBern"
    with guard.action("get_weather", {"city": "Bern"}, client=scene.client, agent="planner") as call:
        assert call.args == {"city": "Bern"}
    assert call.answer is not None
    action = _action(scene, call.answer.trace_id)
    assert (action["kind"], action["tool"], action["args"], action["agent"]) == (
        "tool",
        "get_weather",
        {"city": "Bern"},
        "planner",
    )


@pytest.mark.verifies("sdk:deny")
def test_a_denied_function_does_not_run(scene: Scene) -> None:
    ran: list[str] = []
    shell = guard(ran.append, client=scene.client, name="Bash", action=_as_shell)
    with pytest.raises(Denied) as denied:
        shell("mkfs.ext4 /dev/nothing")
    assert ran == []
    error = denied.value
    assert error.score > 80 and error.trace_id and error.findings and error.code
    assert "next:" in error.reason and str(error) == error.reason


def _as_shell(args: Any) -> dict[str, Any]:
    (command,) = args.values()
    return {"kind": "exec", "argv": ["bash", "-c", command]}


async def test_a_coroutine_stays_one(scene: Scene) -> None:
    @guard(client=scene.client)
    async def get_weather(city: str) -> str:
        return city

    assert inspect.iscoroutinefunction(get_weather)
    assert await get_weather("Bern") == "Bern"

    @guard(client=scene.client, command="command")
    async def run(command: str) -> str:
        raise AssertionError("it ran")

    with pytest.raises(Denied):
        await run("mkfs.ext4 /dev/nothing")


async def test_generators_ask_before_the_first_item(scene: Scene) -> None:
    ran: list[str] = []

    @guard(client=scene.client)
    def list_names(count: int) -> Iterator[int]:
        ran.append("sync")
        yield from range(count)

    @guard(client=scene.client)
    async def list_places(count: int) -> AsyncIterator[int]:
        ran.append("async")
        for number in range(count):
            yield number

    @guard(client=scene.client, command="command")
    def lines(command: str) -> Iterator[str]:
        ran.append("denied")
        yield command

    assert list(list_names(3)) == [0, 1, 2]
    assert [number async for number in list_places(2)] == [0, 1]
    with pytest.raises(Denied):
        next(lines("mkfs.ext4 /dev/nothing"))
    assert ran == ["sync", "async"]


async def test_the_body_of_a_with_is_guarded(scene: Scene) -> None:
    async with guard.action("get_weather", {"city": "Bern"}, client=scene.client) as call:
        call.result = "rain"
    assert call.answer is not None
    (frame,) = scene.frames(call.answer.trace_id, "action.outcome")
    assert frame["data"]["status"] == "succeeded"
    assert len(frame["data"]["resultDigest"]) == 64
    with pytest.raises(ZeroDivisionError):
        with guard.action({"kind": "exec", "argv": ["ls", "/"]}, client=scene.client) as call:
            assert call.args == {"argv": ["ls", "/"]}
            print(1 / 0)
    assert call.answer is not None
    (frame,) = scene.frames(call.answer.trace_id, "action.outcome")
    assert frame["data"]["status"] == "failed"
    with pytest.raises(Denied):
        with guard.action({"kind": "exec", "argv": ["mkfs.ext4", "/dev/nothing"]}, client=scene.client):
            raise AssertionError("it ran")


@pytest.mark.verifies("sdk:arguments")
def test_what_has_no_json_is_refused_unless_redacted(scene: Scene) -> None:
    seen: list[object] = []

    def save_note(text: str, secret: object) -> None:
        seen.append(secret)

    with pytest.raises(CountersignError) as refused:
        guard(save_note, client=scene.client)("x", b"\x00")
    assert refused.value.code == "bad_request" and "redact" in refused.value.hint
    assert seen == []
    with guard.action("get_note", {"id": 1, "key": b"\x00"}, redact=["key"], client=scene.client) as call:
        assert call.args["key"] == b"\x00"
    assert call.answer is not None
    assert _action(scene, call.answer.trace_id)["args"] == {"id": 1, "key": "[redacted]"}
    notes = {"kind": "mcp", "server": "notes", "tool": "get_note", "args": {"id": 1, "key": "k"}}
    with guard.action(notes, redact=["key"], client=scene.client) as call:
        assert call.args == {"id": 1, "key": "k"}
    assert call.answer is not None
    assert _action(scene, call.answer.trace_id)["args"] == {"id": 1, "key": "[redacted]"}


def test_misspelt_options_are_errors() -> None:
    with pytest.raises(TypeError, match="no option `aproval`"):
        guard(print, aproval="raise")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="approval"):
        guard(approval="never")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="list of names"):
        guard(redact="password")
    with pytest.raises(TypeError, match="cannot be judged"):
        guard(command="command", redact=["command"])
