"""Sessions that a program opens for itself, and what it tells of its model in them."""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, cast

from .asking import log, said
from .client import Client, default_client
from .errors import CountersignError
from .frames import MAX_FRAMES, Frame, first_batch, wire_frame
from .wire import Exchange

_BATCH_SECONDS = 0.5
_MAX_KEPT = 4096
_LAST_FLUSH_SECONDS = 5.0


class Session:
    """One run of an agent. Opened by ``with`` or `open`; ended with the ``with``, by `end`, or with the process.

    This process and all that it starts are governed from then on: they can ask and never decide.

    Attributes:
        id: of the session, once it is open.
        nested: the process was inside a session already and stays in that one.
    """

    def __init__(self, agent: str, *, client: Client | None = None) -> None:
        self.agent = agent
        self.id = ""
        self.nested = False
        self._client = client or default_client()
        self._kept: deque[dict[str, Any]] = deque()
        self._dropped = 0
        self._wake = threading.Condition()
        self._sending = threading.Lock()
        self._sender: tuple[int, threading.Thread] | None = None
        self._ended = False

    def open(self) -> Session:
        """Opens it, or goes on with the session of this process.

        Raises:
            DaemonUnavailable: nobody answered.
            CountersignError: it was refused; over TCP there are no sessions (``bad_request``).
        """
        self._opened(self._client.run(said(self._opening())))
        return self

    async def aopen(self) -> Session:
        """`open` without blocking."""
        self._opened(await self._client.arun(said(self._opening())))
        return self

    def record(self, frame: Frame) -> None:
        """Tells what the model was asked, thought, wrote or used. Never fails and never waits: it is sent within half a
        second. While the daemon is away, 4,096 frames are kept."""
        try:
            wired = wire_frame(cast("Mapping[str, Any]", frame))
            if wired.get("text") == "":
                return
            with self._wake:
                if len(self._kept) >= _MAX_KEPT:
                    self._kept.popleft()
                    self._dropped += 1
                self._kept.append(wired)
                self._start_sender()
                if len(self._kept) in (1, MAX_FRAMES):
                    self._wake.notify()
        except Exception as failure:
            log.warning("a frame could not be kept: %s", failure)

    def recorded(self, chunks: Iterable[str], *, model: str | None = None) -> Iterator[str]:
        """Passes on text that arrives in pieces, and records it whole at the end."""
        parts: list[str] = []
        try:
            for chunk in chunks:
                parts.append(chunk)
                yield chunk
        finally:
            self._output(parts, model)

    async def arecorded(self, chunks: AsyncIterable[str], *, model: str | None = None) -> AsyncIterator[str]:
        """`recorded` for asynchronous streams."""
        parts: list[str] = []
        try:
            async for chunk in chunks:
                parts.append(chunk)
                yield chunk
        finally:
            self._output(parts, model)

    def flush(self) -> None:
        """Sends what was told so far.

        Raises:
            DaemonUnavailable: nobody answered; the frames are kept.
            CountersignError: they were refused, and are gone.
        """
        with self._sending:
            while frames := self._next():
                try:
                    self._client.run(said(Exchange("POST", f"/agent/sessions/{self.id}/frames", {"frames": frames})))
                except CountersignError as error:
                    if error.status is None:
                        self._put_back(frames)
                    raise

    async def aflush(self) -> None:
        """`flush` without blocking."""
        await asyncio.to_thread(self.flush)

    def end(self, exit_code: int | None = None) -> None:
        """Sends what is left and ends the session; the process stays governed. A nested session goes on. Never fails.

        Args:
            exit_code: 0 to 255; ``None`` when it has none.
        """
        if self._ended or not self.id:
            return
        self._ended = True
        _unended.discard(self)
        try:
            self.flush()
            if not self.nested:
                self._client.run(said(Exchange("POST", f"/agent/sessions/{self.id}/end", {"exitCode": exit_code})))
        except CountersignError as error:
            log.warning("the session could not be ended in good order: %s", error)
        with self._wake:
            self._wake.notify()

    async def aend(self, exit_code: int | None = None) -> None:
        """`end` without blocking."""
        await asyncio.to_thread(self.end, exit_code)

    def __enter__(self) -> Session:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end(0 if error is None else 1)

    async def __aenter__(self) -> Session:
        return await self.aopen()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aend(0 if error is None else 1)

    def _opening(self) -> Exchange:
        argv = [word[:4096] for word in [sys.executable or "python", *sys.argv]][:256]
        return Exchange("POST", "/agent/sessions", {"agent": self.agent, "argv": argv, "cwd": os.getcwd()})

    def _opened(self, said: Mapping[str, Any]) -> None:
        self.id, self.agent, self.nested = str(said["session"]), str(said["agent"]), said["nested"] is True
        self._ended = False
        _unended.add(self)
        _current.append(self)
        del _current[:-1]

    def _output(self, parts: list[str], model: str | None) -> None:
        frame: dict[str, Any] = {"type": "output", "text": "".join(parts), "model": model}
        self.record(cast("Frame", frame))

    def _next(self) -> list[dict[str, Any]]:
        with self._wake:
            if self._dropped > 0:
                log.warning("%d frames were not recorded: the daemon was away for too long", self._dropped)
                self._dropped = 0
            count = first_batch(list(self._kept)[:MAX_FRAMES])
            return [self._kept.popleft() for _ in range(count)]

    def _put_back(self, frames: list[dict[str, Any]]) -> None:
        with self._wake:
            self._kept.extendleft(reversed(frames))
            while len(self._kept) > _MAX_KEPT:
                self._kept.popleft()
                self._dropped += 1

    def _start_sender(self) -> None:
        # A thread does not survive a fork.
        if self._sender is not None and self._sender[0] == os.getpid() and self._sender[1].is_alive():
            return
        thread = threading.Thread(target=self._send, name="countersign-frames", daemon=True)
        self._sender = (os.getpid(), thread)
        thread.start()

    def _send(self) -> None:
        while not self._ended:
            with self._wake:
                self._wake.wait_for(lambda: self._ended or len(self._kept) > 0)
                self._wake.wait_for(lambda: self._ended or len(self._kept) >= MAX_FRAMES, _BATCH_SECONDS)
            try:
                if self.id and not self._ended:
                    self.flush()
            except CountersignError as error:
                log.warning("frames could not be recorded: %s", error)
                with self._wake:
                    self._wake.wait_for(lambda: self._ended, _BATCH_SECONDS)


_unended: weakref.WeakSet[Session] = weakref.WeakSet()
_current: list[Session] = []


def current_session() -> Session | None:
    """The one that was opened last in this process."""
    return _current[-1] if _current else None


@atexit.register
def _flush_all() -> None:
    for session in list(_unended):
        finishing = threading.Thread(target=session.end, daemon=True)
        finishing.start()
        finishing.join(_LAST_FLUSH_SECONDS)
