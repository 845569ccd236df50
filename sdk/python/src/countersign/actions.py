"""Actions as Python callers write them, and as the daemon reads them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Union


class ActionContext(TypedDict, total=False):
    """What the agent says of its intent. Shown to the person, never trusted.

    Keys:
        prompt: the request of the user, at most 65,536 characters.
        reasoning: the stated reason or plan, at most 65,536 characters.
        model: name of the model.
        tool_call_id: id that the model gave to the call.
    """

    prompt: str
    reasoning: str
    model: str
    tool_call_id: str


class _Common(TypedDict, total=False):
    cwd: str
    env: Mapping[str, str]
    agent: str
    policy: str
    context: ActionContext


class _Exec(TypedDict):
    kind: Literal["exec"]
    argv: Sequence[str]


class ExecAction(_Exec, _Common, total=False):
    """A program with its arguments. Shell source is ``argv=["bash", "-c", SOURCE]``.

    Keys: ``argv``; optional ``cwd`` (absolute; default: of this process), ``env`` (what can change what it does),
    ``agent``, ``policy``, ``context``, ``executable`` (absolute path), ``stdin``.
    """

    executable: str
    stdin: Literal["tty", "pipe", "file", "null", "closed", "unknown"]


class _Tool(TypedDict):
    kind: Literal["tool"]
    tool: str


class ToolAction(_Tool, _Common, total=False):
    """A tool by name with its arguments.

    Keys: ``tool``; optional ``args`` (JSON), ``parameters`` (names of all arguments it takes), and the common ones.
    """

    args: Mapping[str, Any]
    parameters: Sequence[str]


class _Mcp(TypedDict):
    kind: Literal["mcp"]
    server: str
    tool: str


class McpAction(_Mcp, _Common, total=False):
    """A tool of an MCP server. Keys as for a tool, and ``server``."""

    args: Mapping[str, Any]
    parameters: Sequence[str]


class _Sql(TypedDict):
    kind: Literal["sql"]
    source: str


class SqlAction(_Sql, _Common, total=False):
    """A statement for a database. Keys: ``source``; optional ``dialect``, ``host``, ``database``, the common ones."""

    dialect: Literal["postgresql", "mysql", "sqlite", "unknown"]
    host: str
    database: str


class _Http(TypedDict):
    kind: Literal["http"]
    method: str
    url: str


class HttpAction(_Http, _Common, total=False):
    """An HTTP request. Keys: ``method``, ``url``; optional ``body_bytes`` (size of the body), the common ones."""

    body_bytes: int


Action = Union[ExecAction, ToolAction, McpAction, SqlAction, HttpAction]

_WIRE_NAMES = {"body_bytes": "bodyBytes", "raw_digest": "rawDigest"}


def wire_action(action: Mapping[str, Any], **defaults: Any) -> dict[str, Any]:
    """As the daemon reads it, here and now unless it says otherwise. `defaults` that are ``None`` are left out."""
    known = {_WIRE_NAMES.get(name, name): value for name, value in action.items()}
    context = known.get("context") or defaults.pop("context", None)
    given = {name: value for name, value in defaults.items() if value is not None and name != "context"}
    wired = {"cwd": os.getcwd(), **given, **known}
    if context:
        wired["context"] = {("toolCallId" if name == "tool_call_id" else name): text for name, text in context.items()}
    return wired


def command_argv(command: Any) -> list[str]:
    """Text is source for a shell, a list is a program with its arguments."""
    if isinstance(command, str):
        return ["bash", "-c", command]
    return [str(word) for word in command]


def command_from(argv: Sequence[str], before: Any) -> Any:
    """A rewrite in the form that the argument had."""
    if not isinstance(before, str):
        return type(before)(argv) if type(before) in (list, tuple) else list(argv)
    if len(argv) == 3 and list(argv[:2]) == ["bash", "-c"]:
        return argv[2]
    return shlex.join(argv)


def title_of(action: Mapping[str, Any]) -> str:
    """What it is called in an error; arguments stay out, they may be secret."""
    kind = action.get("kind")
    if kind in ("tool", "mcp"):
        return str(action.get("tool"))
    if kind == "exec":
        return str((list(action.get("argv") or ()) or ["exec"])[0])
    return str(kind)
