"""What is raised instead of running an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One rule that matched.

    Attributes:
        rule: id of the rule, or ``rule/modifier``.
        points: what it adds to the score; may be negative.
        reason: one plain sentence.
        role: ``base``, ``modifier``, or ``also`` for a match that does not count.
        operation: which operation of the action it is about, from 0.
    """

    rule: str
    points: int
    reason: str
    role: str
    operation: int


class CountersignError(Exception):
    """Every failure of this package; by itself a request that was refused.

    Attributes:
        code: one of the codes of ``docs/reference/errors.md``, or ``loop_detected``. Match this, never the text.
        hint: what to do next; empty when nobody said.
        status: HTTP status when the daemon refused the request itself.
    """

    def __init__(self, code: str, detail: str, *, hint: str = "", status: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.hint = hint
        self.status = status


class _Judged(CountersignError):
    def __init__(
        self,
        code: str,
        reason: str,
        *,
        score: int = 0,
        trace_id: str = "",
        request_id: str = "",
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(code, reason)
        self.reason = reason
        self.score = score
        self.trace_id = trace_id
        self.request_id = request_id
        self.findings = tuple(findings)


class Denied(_Judged):
    """The answer was no, and the action did not run.

    Attributes:
        code: why, such as ``denied_by_human`` or ``denied_by_rule``.
        reason: what happened and what to do next, for the model; never empty.
        score: risk, 0 to 100.
        trace_id: where it is in the trace.
        request_id: the name it was asked under.
        findings: the rules that matched.
    """


class ApprovalPending(_Judged):
    """A person has been asked and has not answered; the action did not run.

    The question stays open. The same call takes it up again, and with it the answer.

    Attributes:
        code: ``approval_pending``.
        reason: what is held and how a person answers it.
        score: risk, 0 to 100.
        trace_id: where it is in the trace.
        request_id: the name it was asked under.
        findings: the rules that matched.
        approval: id of the question, as ``countersign pending`` lists it; ``None`` while it is still being judged.
        expires_at: when it ends, in ms since the epoch; ``None`` when nobody said.
    """

    def __init__(
        self,
        reason: str,
        *,
        approval: str | None = None,
        expires_at: int | None = None,
        score: int = 0,
        trace_id: str = "",
        request_id: str = "",
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(
            "approval_pending", reason, score=score, trace_id=trace_id, request_id=request_id, findings=findings
        )
        self.approval = approval
        self.expires_at = expires_at


class DaemonUnavailable(CountersignError):
    """Nobody could be asked, so the action did not run.

    Attributes:
        code: ``daemon_unreachable`` when nobody listens, ``daemon_lost`` when the connection broke or no answer came.
        asked: the daemon may have taken up the question before it went away; `fail_open` does not apply then.
    """

    def __init__(self, code: str, detail: str, *, asked: bool = False) -> None:
        super().__init__(code, detail, hint="start it with `countersign up`, then run this again")
        self.asked = asked


class LoopDetected(CountersignError):
    """The agent repeats itself; the action did not run and nobody was asked.

    Attributes:
        code: ``loop_detected``.
        count: how many calls of the pattern there were, this one included.
    """

    def __init__(self, tool: str, count: int) -> None:
        detail = (
            f"denied, `{tool}` is going round in circles: call {count} of the same pattern.\n"
            "  next: do not call it again with the same arguments; try something else or tell the user what is missing."
        )
        super().__init__("loop_detected", detail)
        self.count = count
