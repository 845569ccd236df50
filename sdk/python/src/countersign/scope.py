"""One guarded action from asking to its outcome; the body of a ``with`` is what it is about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping
from types import TracebackType
from typing import Any, TypeVar, cast

from .actions import command_argv, command_from, title_of, wire_action
from .answers import Answer, Obligation
from .asking import Question, asking, log, reporting
from .client import Client, OutcomeStatus, default_client, fresh_key
from .driving import Steps
from .errors import CountersignError, DaemonUnavailable, Denied
from .loops import Loops
from .options import Honour, Options, checked
from .values import REDACTED, as_json, canonical, digest_of, fingerprint

T = TypeVar("T")

_REPORT_FAILURES = (CountersignError, OSError)


class ActionScope:
    """``with guard.action(…) as call`` asks on the way in and reports on the way out, also as ``async with``.

    Attributes:
        args: the arguments to use: rewrites and obligations are in them already.
        answer: what the daemon said; ``None`` when `fail_open` let it run unasked.
        result: set it to what came of it, and the report says its digest; never its content.
        exit_code: set it when a program was run.
    """

    def __init__(
        self,
        subject: str | Mapping[str, Any],
        args: Mapping[str, Any] | None,
        options: Options,
        *,
        parameters: list[str] | None = None,
        can_stop: bool = False,
        sees_result: bool = True,
    ) -> None:
        self.args: dict[str, Any] = dict(args or {})
        self.answer: Answer | None = None
        self.result: Any = None
        self.exit_code: int | None = None
        self._subject = subject
        self._options = checked(options)
        self._parameters = parameters
        self._client: Client = options.get("client") or default_client()
        self._can_stop = can_stop
        self._sees_result = sees_result
        self._before = ""
        self._began = 0.0

    @property
    def timeout(self) -> float | None:
        """Seconds that it may take by obligation."""
        for obligation in self.answer.obligations if self.answer is not None else ():
            if obligation.kind == "timeout" and obligation.timeout_ms is not None:
                return obligation.timeout_ms / 1000
        return None

    def __enter__(self) -> ActionScope:
        question, print_ = self._prepared()
        try:
            self._admitted(self._client.run(asking(question)), print_)
        except DaemonUnavailable as lost:
            self._unasked(lost, question, print_)
        except Denied as denied:
            self.__exit__(Denied, denied, None)
            raise
        return self._started()

    async def __aenter__(self) -> ActionScope:
        question, print_ = self._prepared()
        try:
            self._admitted(await self._client.arun(asking(question)), print_)
        except DaemonUnavailable as lost:
            self._unasked(lost, question, print_)
        except Denied as denied:
            await self.__aexit__(Denied, denied, None)
            raise
        return self._started()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        report = self._report(error)
        try:
            if report is not None:
                self._client.run(report)
        except _REPORT_FAILURES as failure:
            log.warning("the outcome could not be reported: %s", failure)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        report = self._report(error)
        try:
            if report is not None:
                await self._client.arun(report)
        except _REPORT_FAILURES as failure:
            log.warning("the outcome could not be reported: %s", failure)

    async def in_time(self, running: Awaitable[T]) -> T:
        """What is awaited, stopped after `timeout`.

        Raises:
            asyncio.TimeoutError: it took longer than the obligation allows.
        """
        return await (running if self.timeout is None else asyncio.wait_for(running, self.timeout))

    def output(self, result: Any) -> Any:
        """The result as obligations let it out; also what is reported of it."""
        for obligation in self.answer.obligations if self.answer is not None else ():
            if obligation.kind == "redact-output":
                result = self._handlers[obligation.kind](result, obligation)
        self.result = result
        return result

    @property
    def _handlers(self) -> Mapping[str, Honour]:
        return self._options.get("honour", {})

    @property
    def _understands(self) -> list[str]:
        given = {*self._handlers} if self._sees_result else {*self._handlers} - {"redact-output"}
        return sorted({*given, "timeout"} if self._can_stop else given)

    def _prepared(self) -> tuple[Question, str]:
        options = self._options
        action = self._action()
        self._before = fingerprint(self.args)
        # What the agent says of its intent may differ from time to time.
        does = {name: value for name, value in action.items() if name != "context"}
        print_ = canonical([does, self._before, self._understands])
        known = self._client.take_open(print_)
        limits = options.get("loops", Loops())
        if known is None and limits is not None:
            self._client.breaker.enter(options.get("agent", ""), title_of(action), print_, limits)
        body = {"action": action, "understands": self._understands}
        question = Question(known or fresh_key(), body, options.get("approval", "wait"), options.get("timeout", 600.0))
        return question, print_

    def _action(self) -> dict[str, Any]:
        options = self._options
        context = options.get("context")
        defaults = {
            "agent": options.get("agent"),
            "policy": options.get("policy"),
            "context": context() if callable(context) else context,
        }
        return wire_action(self._described(), **defaults)

    def _described(self) -> Mapping[str, Any]:
        if not isinstance(self._subject, str):
            given = self._subject.get("args")
            whole = self._subject if given is None else {**self._subject, "args": self._hidden(given)}
            return cast("Mapping[str, Any]", as_json(whole))
        shown = self._hidden(self.args)
        if (build := self._options.get("action")) is not None:
            return cast("Mapping[str, Any]", as_json(build(shown)))
        if (command := self._options.get("command")) is not None:
            return {"kind": "exec", "argv": command_argv(self.args[command])}
        args = {name: as_json(value, name) for name, value in shown.items()}
        tool = {"kind": "tool", "tool": self._subject, "args": args}
        return tool if self._parameters is None else {**tool, "parameters": self._parameters}

    def _hidden(self, args: Mapping[str, Any]) -> dict[str, Any]:
        redacted = set(self._options.get("redact", ()))
        return {name: REDACTED if name in redacted else value for name, value in args.items()}

    def _admitted(self, answer: Answer, print_: str) -> None:
        if answer.verdict == "pending":
            self._client.leave_open(print_, answer.request_id)
        answer.raise_unless_allowed()
        self.answer = answer
        if fingerprint(self.args) != self._before:
            raise answer.denied(
                "facts_changed", "denied, the arguments were changed while they were judged.\n  next: call it again."
            )
        if answer.rewrite is not None:
            self._rewrite(answer)
        for obligation in answer.obligations:
            self._honour(answer, obligation)

    def _rewrite(self, answer: Answer) -> None:
        command = self._options.get("command")
        instead = list(answer.rewrite or ())
        if isinstance(self._subject, str) and command is not None:
            self.args[command] = command_from(instead, self.args[command])
        elif not isinstance(self._subject, str) and "argv" in self._subject:
            self.args["argv"] = instead
        else:
            safer = command_from(instead, "")
            reason = f"denied, policy wants a safer form, which this tool cannot run.\n  next: run `{safer}` instead."
            raise answer.denied("denied_by_rule", reason)

    def _honour(self, answer: Answer, obligation: Obligation) -> None:
        # The daemon denies what we did not list; one that is newer than this may not know.
        if obligation.kind not in self._understands:
            reason = f"denied, nothing here honours `{obligation.kind}`.\n  next: ask the user to add a handler for it."
            raise answer.denied("unsupported_obligation", reason)
        handler = self._handlers.get(obligation.kind)
        if handler is not None and obligation.kind != "redact-output":
            self.args = dict(handler(dict(self.args), obligation))

    def _unasked(self, lost: DaemonUnavailable, question: Question, print_: str) -> None:
        if lost.asked:
            self._client.leave_open(print_, question.key)
        if self._options.get("fail_open") != "observe" or lost.asked:
            raise lost
        log.warning("nobody could be asked, and `fail_open` lets it run: %s", lost)

    def _started(self) -> ActionScope:
        self._began = time.monotonic()
        return self

    def _report(self, error: BaseException | None) -> Steps[None] | None:
        if self.answer is None:
            return None
        if not self._began:
            return reporting(self.answer.request_id, {"status": "refused"})
        told: dict[str, Any] = {"status": _status_of(error), "durationMs": (time.monotonic() - self._began) * 1000}
        if self.exit_code is not None:
            told["exitCode"] = self.exit_code
        digest = digest_of(self.result) if error is None and self.result is not None else None
        if digest is not None:
            told["resultDigest"] = digest
        return reporting(self.answer.request_id, told)


def _status_of(error: BaseException | None) -> OutcomeStatus:
    if error is None or isinstance(error, GeneratorExit):
        return "succeeded"
    return "cancelled" if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)) else "failed"
