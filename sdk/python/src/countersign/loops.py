"""Notices that an agent goes round in circles, before anybody is asked."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import LoopDetected


@dataclass(frozen=True)
class Loops:
    """When it is a loop.

    Attributes:
        same: which identical call in a row is one too many; default 5, at least 2.
        turns: which of the calls of two that take turns (A B A B A B A) is one too many; default 7, at least 3.
        pause: seconds without a call after which counting begins anew; default 600.
    """

    same: int = 5
    turns: int = 7
    pause: float = 600.0

    def __post_init__(self) -> None:
        if self.same < 2 or self.turns < 3 or self.pause <= 0:
            raise ValueError("loops: same >= 2, turns >= 3 and pause > 0")


@dataclass
class _Line:
    last: float
    calls: deque[str] = field(default_factory=deque)


# Agents of one process that are told apart; the one that was quiet for longest is forgotten.
_MAX_LINES = 256


class LoopBreaker:
    """The calls of each agent of this process, as far back as they can matter."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    def enter(self, line: str, tool: str, fingerprint: str, limits: Loops) -> None:
        """Notes a call; raises `LoopDetected` when it is one too many."""
        with self._lock:
            calls = self._line(line, limits).calls
            calls.append(fingerprint)
            while len(calls) > max(limits.same, limits.turns):
                calls.popleft()
            count = _length(list(calls), limits)
        if count is not None:
            raise LoopDetected(tool, count)

    def _line(self, name: str, limits: Loops) -> _Line:
        now = self._now()
        line = self._lines.pop(name, None)
        if line is None or now - line.last > limits.pause:
            line = _Line(now)
        line.last = now
        self._lines[name] = line
        while len(self._lines) > _MAX_LINES:
            del self._lines[next(iter(self._lines))]
        return line


def _length(calls: list[str], limits: Loops) -> int | None:
    same = calls[-limits.same :]
    if len(same) == limits.same and len(set(same)) == 1:
        return limits.same
    turns = calls[-limits.turns :]
    if len(turns) == limits.turns and len(set(turns)) == 2 and turns[2:] == turns[:-2]:
        return limits.turns
    return None
