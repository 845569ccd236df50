"""Carries out conversations with the daemon, which are generators: once blocking, once with asyncio.

What is said and in which order is written down once, in `asking`; here is only how it gets there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar, Union

from .place import Place
from .wire import Exchange, Reply, aexchange, exchange

T = TypeVar("T")


@dataclass(frozen=True)
class Pause:
    """Time to let pass."""

    seconds: float


Step = Union[Exchange, Pause]
Steps = Generator[Step, Union[Reply, None], T]


def drive(place: Place, steps: Steps[T]) -> T:
    """Blocks until the conversation is over."""
    try:
        step = next(steps)
        while True:
            try:
                reply = _perform(place, step)
            except BaseException as failure:  # the conversation may have to withdraw what it asked
                step = steps.throw(failure)
            else:
                step = steps.send(reply)
    except StopIteration as end:
        return _result(end)


async def adrive(place: Place, steps: Steps[T]) -> T:
    """The same without blocking. A task that is cancelled withdraws what it asked."""
    try:
        step = next(steps)
        while True:
            try:
                reply = await _aperform(place, step)
            except BaseException as failure:
                step = steps.throw(failure)
            else:
                step = steps.send(reply)
    except StopIteration as end:
        return _result(end)


def _perform(place: Place, step: Step) -> Reply | None:
    if isinstance(step, Exchange):
        return exchange(place, step)
    time.sleep(step.seconds)
    return None


async def _aperform(place: Place, step: Step) -> Reply | None:
    if isinstance(step, Exchange):
        return await aexchange(place, step)
    await asyncio.sleep(step.seconds)
    return None


def _result(end: StopIteration) -> T:  # type: ignore[type-var]
    # What a generator of type Steps[T] returns.
    return end.value  # type: ignore[no-any-return]
