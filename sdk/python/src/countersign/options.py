"""What can be said of a guarded call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from .actions import ActionContext
from .answers import Obligation
from .loops import Loops

if TYPE_CHECKING:
    from .client import Client

Honour = Callable[[Any, Obligation], Any]


class Options(TypedDict, total=False):
    """Options of `guard`, all optional.

    Keys:
        policy: name of a policy that holds besides what holds anyway; it can only make things stricter.
        approval: ``wait`` (default) waits for the person; ``raise`` raises `ApprovalPending` as soon as one is asked.
        timeout: seconds to wait for an answer; default 600. Then `ApprovalPending`.
        agent: display name of the agent; default: the one of its session.
        redact: names of arguments that are sent as ``[redacted]``. The daemon takes out secrets it recognises anyway.
        fail_open: ``observe`` runs the action when the daemon cannot be reached. Default: `DaemonUnavailable`.
        name: name of the tool; default: of the function.
        command: name of the argument with a command, as shell source or as a list of words. It is then judged as that
            program, and a rewrite is put into it.
        action: makes the action out of the arguments by name, for SQL, HTTP or a tool of an MCP server.
        honour: handlers of obligations by kind, ``(arguments, obligation) -> arguments``; the one of ``redact-output``
            gets and returns the result. ``timeout`` is honoured by itself for coroutines. What comes with another
            obligation is denied. Generators have no result to redact.
        loops: when it is a loop; ``None`` for never. Default: `Loops()`.
        context: prompt, reasoning, model and id of the call, or a function that returns them, to be shown.
        client: who asks; default: one that finds the daemon of this user.
    """

    policy: str
    approval: Literal["wait", "raise"]
    timeout: float
    agent: str
    redact: Sequence[str]
    fail_open: Literal["observe"]
    name: str
    command: str
    action: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    honour: Mapping[str, Honour]
    loops: Loops | None
    context: ActionContext | Callable[[], ActionContext]
    client: Client


_KNOWN = frozenset(Options.__annotations__)


def checked(options: Options) -> Options:
    """INVARIANT: a misspelt option is an error, not a guard that is weaker than it looks."""
    unknown = sorted(set(options) - _KNOWN)
    if unknown:
        raise TypeError(f"guard has no option `{unknown[0]}`; there are {', '.join(sorted(_KNOWN))}")
    if options.get("approval", "wait") not in ("wait", "raise"):
        raise ValueError("`approval` is `wait` or `raise`")
    if options.get("fail_open", "observe") != "observe":
        raise ValueError("`fail_open` is `observe` or absent")
    if isinstance(options.get("redact"), str):
        raise TypeError("`redact` is a list of names")
    if options.get("timeout", 1.0) < 0:
        raise ValueError("`timeout` is not negative")
    if "command" in options and "action" in options:
        raise TypeError("`command` and `action` exclude each other")
    if options.get("command") in options.get("redact", ()):
        raise TypeError("a command that is redacted cannot be judged")
    return options
