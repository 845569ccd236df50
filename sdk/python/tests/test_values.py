"""Arguments as JSON, and where the daemon is looked for."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from pathlib import Path
from typing import Any

import pytest

from countersign import Client, CountersignError
from countersign.actions import command_from, wire_action
from countersign.frames import first_batch, wire_frame
from countersign.place import Place, find_place
from countersign.values import as_json, fingerprint


class _Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class _Mail:
    to: Path
    colour: _Colour


class _Model:
    def model_dump(self, mode: str) -> dict[str, Any]:
        return {"id": 2**60, "mode": mode}


@pytest.mark.verifies("sdk:arguments")
def test_what_python_has_as_json() -> None:
    given = {
        "mail": _Mail(Path("/a"), _Colour.RED),
        1: (1, 2.5, True, None),
        "set": {"b", "a"},
        "day": datetime.date(2026, 1, 2),
        "model": _Model(),
    }
    assert as_json(given) == {
        "mail": {"to": "/a", "colour": "red"},
        "1": [1, 2.5, True, None],
        "set": ["a", "b"],
        "day": "2026-01-02",
        "model": {"id": str(2**60), "mode": "python"},
    }
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    for wrong in (float("nan"), float("inf"), b"", object(), {"1": 1, 1: 2}, deep, print):
        with pytest.raises(CountersignError):
            as_json(wrong)


@pytest.mark.verifies("sdk:arguments")
def test_fingerprints_change_with_the_values() -> None:
    assert fingerprint({"a": 1, "b": b"x"}) == fingerprint({"b": b"x", "a": 1})
    different: list[dict[str, Any]] = [
        {"a": 1},
        {"a": "1"},
        {"a": True},
        {"a": 1.5},
        {"a": b"1"},
        {"a": b"2"},
        {"b": 1},
    ]
    assert len({fingerprint(values) for values in different}) == len(different)


@pytest.mark.verifies("sdk:arguments")
def test_actions_and_commands() -> None:
    http = wire_action({"kind": "http", "method": "PUT", "url": "http://x", "body_bytes": 3, "cwd": "/"})
    assert http == {"kind": "http", "method": "PUT", "url": "http://x", "bodyBytes": 3, "cwd": "/"}
    named = wire_action({"kind": "exec", "argv": ["ls"]}, agent=None, policy="p", context={"tool_call_id": "c"})
    assert named["policy"] == "p" and "agent" not in named and named["context"] == {"toolCallId": "c"}
    assert command_from(["bash", "-c", "a | b"], "x") == "a | b"
    assert command_from(["a", "b c"], "x") == "a 'b c'"
    assert command_from(["a", "b c"], ("x",)) == ("a", "b c")


@pytest.mark.verifies("sdk:frames")
def test_frames_fit_into_what_the_daemon_takes() -> None:
    long = wire_frame({"type": "output", "text": "\U0001f600" * 40_000, "model": None})
    assert len(long["text"].encode("utf-16-le")) // 2 <= 65_536
    assert long["text"].endswith("not recorded]") and "model" not in long
    usage = wire_frame({"type": "usage", "input_tokens": 3, "cost_usd": 0.5, "at": 7})
    assert usage == {"type": "usage", "inputTokens": 3, "costUsd": 0.5, "at": 7}
    assert first_batch([usage] * 100) == 64
    assert first_batch([{"text": "x" * 3_000_000}] * 3) == 1
    assert first_batch([{"text": "x" * 9_000_000}]) == 1
    assert first_batch([]) == 0


@pytest.mark.verifies("sdk:door")
@pytest.mark.parametrize(
    ("environment", "platform", "socket"),
    [
        ({}, "linux", "/home/ada/.local/share/countersign/run/agent.sock"),
        ({"XDG_DATA_HOME": "/d"}, "linux", "/d/countersign/run/agent.sock"),
        ({"XDG_RUNTIME_DIR": "/r/"}, "linux", "/r/countersign/agent.sock"),
        ({"XDG_RUNTIME_DIR": "relative"}, "linux", "/home/ada/.local/share/countersign/run/agent.sock"),
        ({"XDG_RUNTIME_DIR": "/r"}, "darwin", "/home/ada/Library/Application Support/Countersign/run/agent.sock"),
        ({"COUNTERSIGN_HOME": "/h", "XDG_RUNTIME_DIR": "/r"}, "linux", "/h/run/agent.sock"),
        ({"COUNTERSIGN_URL": "unix:/u/agent.sock", "COUNTERSIGN_HOME": "/h"}, "linux", "/u/agent.sock"),
    ],
)
def test_where_the_daemon_is(environment: dict[str, str], platform: str, socket: str) -> None:
    assert find_place(environment=environment, platform=platform, home="/home/ada") == Place(socket=socket)


@pytest.mark.verifies("sdk:door")
def test_over_tcp_only_this_machine() -> None:
    known = {"COUNTERSIGN_URL": "http://localhost:8627", "COUNTERSIGN_TOKEN": "secret\n"}
    place = find_place(environment=known)
    assert (place.host, place.port, place.token) == ("127.0.0.1", 8627, "secret")
    assert "secret" not in repr(place) and "secret" not in str(place)
    for url in ("http://example.org:8627", "https://127.0.0.1", "127.0.0.1:1", "unix:relative", "http://127.0.0.1:x"):
        with pytest.raises(CountersignError) as refused:
            Client(url)
        assert refused.value.code == "bad_request"
