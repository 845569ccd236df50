"""Asks Countersign before an action of an AI agent runs.

    from countersign import guard

    @guard
    def delete_customer(customer_id: int) -> None: ...

``delete_customer(7)`` is judged first: it runs, waits for a person, or raises `Denied`.
"""

__version__ = "0.1.0"

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .actions import Action, ActionContext, ExecAction, HttpAction, McpAction, SqlAction, ToolAction
from .answers import Answer, Obligation, Verdict
from .client import Client, OutcomeStatus, default_client
from .errors import ApprovalPending, CountersignError, DaemonUnavailable, Denied, Finding, LoopDetected
from .frames import Frame, TextFrame, UsageFrame
from .guarding import guard
from .loops import Loops
from .options import Options
from .scope import ActionScope
from .sessions import Session, current_session


def evaluate(
    action: Mapping[str, Any],
    *,
    understands: Sequence[str] = (),
    approval: Literal["wait", "raise"] = "wait",
    timeout: float = 600.0,
    request_id: str | None = None,
) -> Answer:
    """`Client.evaluate` of the daemon of this user."""
    return default_client().evaluate(
        action, understands=understands, approval=approval, timeout=timeout, request_id=request_id
    )


async def aevaluate(
    action: Mapping[str, Any],
    *,
    understands: Sequence[str] = (),
    approval: Literal["wait", "raise"] = "wait",
    timeout: float = 600.0,
    request_id: str | None = None,
) -> Answer:
    """`Client.aevaluate` of the daemon of this user."""
    return await default_client().aevaluate(
        action, understands=understands, approval=approval, timeout=timeout, request_id=request_id
    )


def outcome(
    request_id: str,
    status: OutcomeStatus,
    *,
    exit_code: int | None = None,
    duration_ms: float | None = None,
    result_digest: str | None = None,
) -> None:
    """`Client.outcome` of the daemon of this user."""
    default_client().outcome(
        request_id, status, exit_code=exit_code, duration_ms=duration_ms, result_digest=result_digest
    )


async def aoutcome(
    request_id: str,
    status: OutcomeStatus,
    *,
    exit_code: int | None = None,
    duration_ms: float | None = None,
    result_digest: str | None = None,
) -> None:
    """`Client.aoutcome` of the daemon of this user."""
    await default_client().aoutcome(
        request_id, status, exit_code=exit_code, duration_ms=duration_ms, result_digest=result_digest
    )


def session(agent: str, *, client: Client | None = None) -> Session:
    """A session of this process: ``with session(agent="planner") as run: run.record(…)``, also ``async with``."""
    return Session(agent, client=client)


def record(frame: Frame) -> None:
    """`Session.record` of the session that was opened last; does nothing while there is none."""
    run = current_session()
    if run is not None:
        run.record(frame)


__all__ = [
    "Action",
    "ActionContext",
    "ActionScope",
    "Answer",
    "ApprovalPending",
    "Client",
    "CountersignError",
    "DaemonUnavailable",
    "Denied",
    "ExecAction",
    "Finding",
    "Frame",
    "HttpAction",
    "LoopDetected",
    "Loops",
    "McpAction",
    "Obligation",
    "Options",
    "OutcomeStatus",
    "Session",
    "SqlAction",
    "TextFrame",
    "ToolAction",
    "UsageFrame",
    "Verdict",
    "aevaluate",
    "aoutcome",
    "evaluate",
    "guard",
    "outcome",
    "record",
    "session",
]
