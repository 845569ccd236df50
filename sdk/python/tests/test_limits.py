"""Rewrites and obligations: carried out, or the action does not run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import Scene
from countersign import Denied, Obligation, guard

_POLICY = """version: 1
rules:
  - { id: mine.instead, on: file.read, match: { targets: ['/etc/hostname'] }, points: 40, verdict: compute,
      rewrite: ['cat', '/etc/os release'], reason: reads the name of this machine }
  - { id: mine.rows, on: file.read, match: { targets: ['/etc/hosts'] }, points: 5, reason: reads names,
      obligations: [{ kind: row-limit, rows: 10 }] }
  - { id: mine.time, on: file.read, match: { targets: ['/etc/passwd'] }, points: 5, reason: reads users,
      obligations: [{ kind: timeout, timeoutMs: 50 }] }
  - { id: mine.output, on: file.read, match: { targets: ['/etc/group'] }, points: 5, reason: reads groups,
      obligations: [{ kind: redact-output }] }
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    policy = tmp_path_factory.mktemp("limits") / "policy.yaml"
    policy.write_text(_POLICY)
    scene = Scene(policy)
    yield scene
    scene.close()


@pytest.mark.verifies("sdk:rewrite")
async def test_a_rewrite_runs_instead(limited: Scene) -> None:
    @guard(client=limited.client, command="command")
    def run(command: str, quiet: bool = False) -> str:
        return command

    @guard(client=limited.client, command="words")
    async def execute(words: list[str]) -> list[str]:
        return words

    assert run("cat /etc/hostname") == "cat '/etc/os release'"
    assert run("ls /") == "ls /"
    assert await execute(["cat", "/etc/hostname"]) == ["cat", "/etc/os release"]
    with guard.action({"kind": "exec", "argv": ["cat", "/etc/hostname"]}, client=limited.client) as call:
        assert call.args["argv"] == ["cat", "/etc/os release"]


@pytest.mark.verifies("sdk:rewrite")
def test_a_tool_that_cannot_be_rewritten_is_denied(limited: Scene) -> None:
    def as_program(args: Any) -> dict[str, Any]:
        return {"kind": "exec", "argv": ["cat", args["path"]]}

    @guard(client=limited.client, action=as_program)
    def read(path: str) -> None:
        raise AssertionError("it ran")

    with pytest.raises(Denied, match="cat '/etc/os release'"):
        read("/etc/hostname")


@pytest.mark.verifies("sdk:obligations")
def test_only_what_has_a_handler_is_honoured(limited: Scene) -> None:
    def limit(args: dict[str, Any], obligation: Obligation) -> dict[str, Any]:
        return {**args, "rows": min(args["rows"], obligation.rows or 0)}

    def read(command: str, rows: int = 1000) -> int:
        return rows

    assert guard(read, client=limited.client, command="command", honour={"row-limit": limit})("cat /etc/hosts") == 10
    with pytest.raises(Denied) as denied:
        guard(read, client=limited.client, command="command")("cat /etc/hosts")
    assert denied.value.code == "unsupported_obligation"


@pytest.mark.verifies("sdk:obligations")
async def test_a_coroutine_is_stopped_in_time(limited: Scene) -> None:
    @guard(client=limited.client, command="command")
    async def read(command: str) -> None:
        await asyncio.Event().wait()

    with pytest.raises(asyncio.TimeoutError):
        await read("cat /etc/passwd")
    # A function that blocks cannot be stopped.
    with pytest.raises(Denied) as denied:
        guard(lambda command: command, client=limited.client, name="read", command="command")("cat /etc/passwd")
    assert denied.value.code == "unsupported_obligation"


@pytest.mark.verifies("sdk:obligations")
def test_what_is_given_back_is_redacted(limited: Scene) -> None:
    redact: dict[str, Callable[[Any, Obligation], Any]] = {"redact-output": lambda text, _: text.replace("root", "…")}

    def read(command: str) -> str:
        return "root:0"

    def lines(command: str) -> Iterator[str]:
        yield "root:0"

    assert guard(read, client=limited.client, command="command", honour=redact)("cat /etc/group") == "…:0"
    with pytest.raises(Denied):
        next(guard(lines, client=limited.client, command="command", honour=redact)("cat /etc/group"))
