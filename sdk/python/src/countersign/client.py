"""Asks the daemon: one action, its outcome, sessions."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from .actions import wire_action
from .answers import Answer
from .asking import Question, asking, reporting
from .driving import Steps, adrive, drive
from .loops import LoopBreaker
from .place import Place, find_place

T = TypeVar("T")

OutcomeStatus = Literal["released", "refused", "cancelled", "succeeded", "failed", "unknown"]

# Questions that a call gave up on and that the same call takes up again.
_MAX_OPEN = 1024


class Client:
    """Talks to one daemon. Threads and tasks may share it.

    Args:
        url: ``unix:/path/agent.sock`` or ``http://127.0.0.1:PORT``; default: ``COUNTERSIGN_URL``, then
            ``COUNTERSIGN_HOME``, then the socket of this user.
        token: bearer token for ``http:``; default: ``COUNTERSIGN_TOKEN``.

    Raises:
        CountersignError: ``bad_request`` when the URL is of another kind.
    """

    def __init__(self, url: str | None = None, *, token: str | None = None) -> None:
        self._given = (url, token)
        self._place = find_place(url, token) if url is not None else None
        self._lock = threading.Lock()
        self._open: dict[str, str] = {}
        self.breaker = LoopBreaker()

    @property
    def place(self) -> Place:
        """Where the daemon listens; looked up anew each time unless a URL was passed."""
        return self._place or find_place(*self._given)

    def run(self, steps: Steps[T]) -> T:
        """Carries out a conversation; blocks."""
        return drive(self.place, steps)

    async def arun(self, steps: Steps[T]) -> T:
        """The same without blocking."""
        return await adrive(self.place, steps)

    def evaluate(
        self,
        action: Mapping[str, Any],
        *,
        understands: Sequence[str] = (),
        approval: Literal["wait", "raise"] = "wait",
        timeout: float = 600.0,
        request_id: str | None = None,
    ) -> Answer:
        """Judges an action before it is done. Whatever the verdict is, it is returned: look at `Answer.verdict`, or
        call `Answer.raise_unless_allowed`.

        Args:
            action: what is about to be done; see `Action`.
            understands: kinds of obligations that you honour. What comes with another one is denied.
            approval: ``wait`` waits for a person, ``raise`` returns ``pending`` as soon as one is asked.
            timeout: seconds to wait for an answer; then ``pending``.
            request_id: name of the request, ``[A-Za-z0-9_.:-]{1,64}``. The same action under the same name is the same
                request. Default: a fresh one.

        Raises:
            DaemonUnavailable: nobody could be asked.
            CountersignError: the request was refused, such as ``bad_request`` or ``conflict``.
        """
        return self.run(_evaluation(action, understands, approval, timeout, request_id))

    async def aevaluate(
        self,
        action: Mapping[str, Any],
        *,
        understands: Sequence[str] = (),
        approval: Literal["wait", "raise"] = "wait",
        timeout: float = 600.0,
        request_id: str | None = None,
    ) -> Answer:
        """`evaluate` without blocking. A task that is cancelled withdraws its question."""
        return await self.arun(_evaluation(action, understands, approval, timeout, request_id))

    def outcome(
        self,
        request_id: str,
        status: OutcomeStatus,
        *,
        exit_code: int | None = None,
        duration_ms: float | None = None,
        result_digest: str | None = None,
    ) -> None:
        """Says what came of an action.

        Args:
            request_id: of the answer; its trace id will do as well.
            status: ``released`` may be followed by how it ended; another word that differs is refused.
            exit_code: of a program.
            duration_ms: how long it took, in ms.
            result_digest: SHA-256 (hex) of the result.

        Raises:
            DaemonUnavailable: nobody could be told.
            CountersignError: ``conflict`` or ``not_found``.
        """
        self.run(reporting(request_id, _report(status, exit_code, duration_ms, result_digest)))

    async def aoutcome(
        self,
        request_id: str,
        status: OutcomeStatus,
        *,
        exit_code: int | None = None,
        duration_ms: float | None = None,
        result_digest: str | None = None,
    ) -> None:
        """`outcome` without blocking."""
        await self.arun(reporting(request_id, _report(status, exit_code, duration_ms, result_digest)))

    def take_open(self, fingerprint: str) -> str | None:
        """The open question of an earlier call, for one caller only: its answer is good for one run."""
        with self._lock:
            return self._open.pop(fingerprint, None)

    def leave_open(self, fingerprint: str, request_id: str) -> None:
        """Remembers a question that nobody waits for any more, until the same call comes again."""
        with self._lock:
            self._open[fingerprint] = request_id
            while len(self._open) > _MAX_OPEN:
                del self._open[next(iter(self._open))]


_default: Client | None = None


def default_client() -> Client:
    """The client of whoever names none."""
    global _default
    if _default is None:
        _default = Client()
    return _default


def fresh_key() -> str:
    """A name that no other request has."""
    return f"py-{uuid.uuid4().hex}"


def _evaluation(
    action: Mapping[str, Any],
    understands: Sequence[str],
    approval: Literal["wait", "raise"],
    timeout: float,
    request_id: str | None,
) -> Steps[Answer]:
    body = {"action": wire_action(action), "understands": list(understands)}
    return asking(Question(request_id or fresh_key(), body, approval, timeout))


def _report(
    status: OutcomeStatus, exit_code: int | None, duration_ms: float | None, result_digest: str | None
) -> dict[str, Any]:
    told = {"exitCode": exit_code, "durationMs": duration_ms, "resultDigest": result_digest}
    return {"status": status, **{name: value for name, value in told.items() if value is not None}}
