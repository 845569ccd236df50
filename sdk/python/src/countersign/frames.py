"""What a program tells of its model, as the daemon reads it, in batches."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Union


class _About(TypedDict, total=False):
    at: int
    model: str
    trace: str


class _Text(TypedDict):
    type: Literal["prompt", "reasoning", "output"]
    text: str


class TextFrame(_Text, _About):
    """What the model was asked, thought or wrote.

    Keys: ``type``, ``text``; optional ``model``, ``trace`` (trace id of the action it led to), ``at`` (ms since the
    epoch; default: now). Pass whole messages: a secret that is split between two frames is not recognised.
    """


class _Usage(TypedDict):
    type: Literal["usage"]


class UsageFrame(_Usage, _About, total=False):
    """What it used.

    Keys: ``input_tokens``, ``output_tokens``, ``cached_tokens``, ``cost_usd``, ``duration_ms``, and ``model``,
    ``trace``, ``at`` as above.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: float
    duration_ms: float


Frame = Union[TextFrame, UsageFrame]

MAX_FRAMES = 64
_MAX_BATCH_BYTES = 4 * 1024 * 1024
# UTF-16 units, as the daemon counts.
_MAX_UNITS = 65_536
_CUT = "\n[… the rest was not recorded]"

_NAMES = {
    "input_tokens": "inputTokens",
    "output_tokens": "outputTokens",
    "cached_tokens": "cachedTokens",
    "cost_usd": "costUsd",
    "duration_ms": "durationMs",
}


def wire_frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    """As the daemon reads it; a text that is too long is cut, because halves would hide secrets from redaction."""
    named = {_NAMES.get(name, name): value for name, value in frame.items() if value is not None}
    wired = {"at": int(time.time() * 1000), **named}
    if "text" in wired:
        wired["text"] = _cut(str(wired["text"]))
    return wired


def first_batch(frames: Sequence[Mapping[str, Any]]) -> int:
    """How many of them go into one request."""
    size = 0
    for count, frame in enumerate(frames[:MAX_FRAMES]):
        size += len(json.dumps(frame))
        if size > _MAX_BATCH_BYTES and count > 0:
            return count
    return min(len(frames), MAX_FRAMES)


def _cut(text: str) -> str:
    if len(text) * 2 <= _MAX_UNITS or _units(text) <= _MAX_UNITS:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (_MAX_UNITS - _units(_CUT))]
    return kept.decode("utf-16-le", "ignore") + _CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
