"""What is said to the daemon, step by step, without saying how it gets there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Union

from .answers import Answer, read_answer
from .driving import Pause, Step, Steps
from .errors import CountersignError, DaemonUnavailable
from .wire import Exchange, Lost, Reply

log = logging.getLogger("countersign")

_EVALUATE = "/agent/actions/evaluate"
# After each of these one more try: about three seconds for a daemon to come back.
_RETRY_SECONDS = (0.1, 0.4, 0.9, 1.6)
# How long one poll may last. The answer itself ends it at once.
_POLL_SECONDS = 30.0
# Over what the daemon was told it may take.
_GRACE_SECONDS = 15.0
_WITHDRAW_SECONDS = 2.0
# A daemon that does not wait although it was asked to is not asked in a tight loop.
_BETWEEN_POLLS = 0.05


@dataclass(frozen=True)
class Question:
    """What to ask, under which name, and how to wait."""

    key: str
    body: Mapping[str, Any]
    approval: Literal["wait", "raise"] = "wait"
    timeout: float = 600.0
    headers: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], float] = time.monotonic


def asking(question: Question) -> Steps[Answer]:
    """The answer; ``pending`` when nobody answered in time, or a person is asked and `approval` is ``raise``.

    Raises `DaemonUnavailable` when no answer came, `CountersignError` when the request was refused.
    """
    deadline = question.now() + question.timeout
    answer: Answer | None = None
    try:
        answer = yield from _evaluated(question)
        told = False
        while answer.verdict == "pending":
            left = deadline - question.now()
            if left <= 0 or (answer.approval is not None and question.approval == "raise"):
                return answer
            if answer.approval is not None and not told:
                told = True
                log.warning("%s", answer.reason)
            answer = yield from _polled(question, answer, min(left, _POLL_SECONDS))
        return answer
    except DaemonUnavailable as lost:
        lost.asked = lost.asked or answer is not None
        raise
    except (Exception, GeneratorExit):
        raise
    except BaseException:
        # Interrupted or cancelled: nobody waits for the answer any more.
        yield from _withdrawn(question.key)
        raise


def reporting(request: str, report: Mapping[str, Any]) -> Steps[None]:
    """Says what came of an action."""
    reply = yield from tried(Exchange("POST", f"/agent/requests/{request}/outcome", report))
    reply.read()


def said(exchange: Exchange) -> Steps[Any]:
    """One request that may be repeated, and its JSON."""
    reply = yield from tried(exchange)
    return reply.read()


def tried(exchange: Exchange) -> Steps[Reply]:
    """INVARIANT: only for what means the same when it comes twice."""
    # INVARIANT: what the daemon may have taken up is a question, whatever became of its answer.
    reached = False
    for pause in _RETRY_SECONDS:
        try:
            reply = yield from _sent(exchange)
            if reply.status != 429:
                return reply
        except Lost as lost:
            reached = reached or lost.code == "daemon_lost"
        yield Pause(pause)
    try:
        return (yield from _sent(exchange))
    except Lost as lost:
        asked = reached or lost.code == "daemon_lost"
        raise DaemonUnavailable("daemon_lost" if asked else lost.code, str(lost), asked=asked) from lost


def _evaluated(question: Question) -> Steps[Answer]:
    headers = {**question.headers, "idempotency-key": question.key}
    reply = yield from tried(Exchange("POST", _EVALUATE, question.body, headers))
    return read_answer(reply.read())


def _polled(question: Question, last: Answer, seconds: float) -> Steps[Answer]:
    # Without waiting the daemon answers as soon as a person is asked.
    wait_ms = 0 if last.approval is None else max(1, int(seconds * 1000))
    path = f"/agent/requests/{question.key}?waitMs={wait_ms}"
    began = question.now()
    try:
        reply = yield from tried(Exchange("GET", path, seconds=seconds + _GRACE_SECONDS))
        answer = read_answer(reply.read())
    except CountersignError as error:
        if error.code != "not_found":
            raise
        # The daemon was started anew and forgot the name; an old yes is never carried over.
        answer = yield from _evaluated(question)
    if answer.verdict == "pending" and question.now() - began < _BETWEEN_POLLS:
        yield Pause(_BETWEEN_POLLS)
    return answer


def _withdrawn(key: str) -> Steps[None]:
    try:
        yield from _sent(Exchange("POST", f"/agent/requests/{key}/cancel", {}, seconds=_WITHDRAW_SECONDS))
    except Lost as lost:
        log.debug("the question could not be withdrawn: %s", lost)


def _sent(exchange: Exchange) -> Generator[Step, Union[Reply, None], Reply]:
    reply = yield exchange
    if reply is None:
        raise TypeError("an exchange has a reply")
    return reply
