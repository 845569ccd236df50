"""What the daemon says of an action, read from its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from .errors import ApprovalPending, CountersignError, Denied, Finding

Verdict = Literal["allow", "deny", "compute", "pending"]
_VERDICTS = ("allow", "deny", "compute", "pending")


@dataclass(frozen=True)
class Obligation:
    """A limit under which an action may be done.

    Attributes:
        kind: ``timeout``, ``row-limit``, ``dry-run``, ``redact-output``, ``read-only``, or one that is newer than this.
        timeout_ms: how long it may take, in ms; only with ``timeout``.
        rows: how many rows it may touch or return; only with ``row-limit``.
    """

    kind: str
    timeout_ms: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Answer:
    """The judgement of one action.

    Attributes:
        request_id: the name it was asked under; report the outcome to it.
        trace_id: where it is in the trace.
        verdict: ``allow``; ``deny``; ``compute``, run `rewrite` instead; ``pending``, a person is asked.
        score: risk, 0 to 100.
        band: ``low``, ``medium``, ``high`` or ``critical``.
        reason: what happened and what to do next.
        code: why not; ``None`` unless denied.
        findings: the rules that matched.
        obligations: limits that have to be honoured.
        rewrite: program and arguments to run instead; only with ``compute``.
        approval: id of the question to a person.
        expires_at: when the question ends, in ms since the epoch.
    """

    request_id: str
    trace_id: str
    verdict: Verdict
    score: int
    band: str
    reason: str
    code: str | None = None
    findings: tuple[Finding, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    rewrite: tuple[str, ...] | None = None
    approval: str | None = None
    expires_at: int | None = None

    def raise_unless_allowed(self) -> None:
        """Raises `Denied` for ``deny`` and `ApprovalPending` for ``pending``; passes ``allow`` and ``compute``."""
        if self.verdict == "deny":
            raise self.denied(self.code or "denied_by_rule", self.reason)
        if self.verdict == "pending":
            raise self.pending()

    def denied(self, code: str, reason: str) -> Denied:
        """A denial of this action with another reason than the daemon's."""
        return Denied(
            code,
            reason,
            score=self.score,
            trace_id=self.trace_id,
            request_id=self.request_id,
            findings=self.findings,
        )

    def pending(self) -> ApprovalPending:
        """The question as an error."""
        return ApprovalPending(
            self.reason,
            approval=self.approval,
            expires_at=self.expires_at,
            score=self.score,
            trace_id=self.trace_id,
            request_id=self.request_id,
            findings=self.findings,
        )


def read_answer(body: object) -> Answer:
    """INVARIANT: an answer that is not of the known shape is never a yes."""
    try:
        return _read(cast("Mapping[str, Any]", body))
    except (KeyError, TypeError, ValueError) as cause:
        raise CountersignError(
            "unsupported_version",
            "the answer of the daemon is not of the known shape",
            hint="update the client or the daemon so that both match",
        ) from cause


def _read(body: Mapping[str, Any]) -> Answer:
    verdict = _text(body["verdict"])
    if verdict not in _VERDICTS:
        raise ValueError(f"verdict `{verdict}`")
    rewrite = body.get("rewrite")
    if (rewrite is not None) != (verdict == "compute"):
        raise ValueError("a rewrite and the verdict `compute` belong together")
    return Answer(
        request_id=_text(body["requestId"]),
        trace_id=_text(body["traceId"]),
        verdict=cast("Verdict", verdict),
        score=_whole(body["score"]),
        band=_text(body["band"]),
        reason=_text(body["reason"]),
        code=_optional_text(body.get("code")),
        findings=tuple(_finding(one) for one in _list(body["findings"])),
        obligations=tuple(_obligation(one) for one in _list(body["obligations"])),
        rewrite=None if rewrite is None else tuple(_text(word) for word in _filled(rewrite)),
        approval=_optional_text(body.get("approval")),
        expires_at=_optional_whole(body.get("expiresAt")),
    )


def _finding(one: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=_text(one["rule"]),
        points=_whole(one["points"]),
        reason=_text(one["reason"]),
        role=_text(one["role"]),
        operation=_whole(one["operation"]),
    )


def _obligation(one: Mapping[str, Any]) -> Obligation:
    kind = _text(one["kind"])
    return Obligation(
        kind=kind,
        timeout_ms=_whole(one["timeoutMs"]) if kind == "timeout" else None,
        rows=_whole(one["rows"]) if kind == "row-limit" else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("no whole number")
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _filled(value: object) -> Sequence[Any]:
    if not _list(value):
        raise ValueError("an empty list")
    return _list(value)


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _optional_whole(value: object) -> int | None:
    return None if value is None else _whole(value)
