"""Arguments of Python functions as JSON, so that what is judged is what is done."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import hashlib
import json
import math
import pathlib
import uuid
from collections.abc import Mapping
from typing import Any

from .errors import CountersignError

REDACTED = "[redacted]"
# Larger ones change on their way through JSON.
_MAX_EXACT = 2**53 - 1
_MAX_DEPTH = 60

_AS_TEXT = (pathlib.PurePath, uuid.UUID, decimal.Decimal)
_DATES = (datetime.date, datetime.time)


def as_json(value: Any, name: str = "", depth: int = 0) -> Any:
    """The same value in JSON; raises `CountersignError` (``bad_request``) for what has no such form."""
    if depth > _MAX_DEPTH:
        raise _refused(name, "is nested too deeply")
    if isinstance(value, enum.Enum):
        return as_json(value.value, name, depth + 1)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return _number(value, name)
    if isinstance(value, Mapping):
        return _members(value, name, depth)
    if isinstance(value, (list, tuple)):
        return [as_json(item, name, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((as_json(item, name, depth + 1) for item in value), key=canonical)
    return _other(value, name, depth)


def canonical(value: Any) -> str:
    """One text for equal values, for fingerprints of this process."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def fingerprint(values: Mapping[str, Any]) -> str:
    """Changes when a value does, also one that has no JSON."""
    return hashlib.sha256(canonical({name: _trace_of(value) for name, value in values.items()}).encode()).hexdigest()


def digest_of(result: Any) -> str | None:
    """SHA-256 (hex) of what a tool gave back: of its bytes, its text or its JSON; ``None`` without any of them."""
    if isinstance(result, (bytes, bytearray)):
        return hashlib.sha256(result).hexdigest()
    try:
        text = result if isinstance(result, str) else canonical(as_json(result))
    except (CountersignError, RecursionError):
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _trace_of(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return ["bytes", hashlib.sha256(value).hexdigest()]
    try:
        return ["json", as_json(value)]
    except CountersignError:
        return ["other", repr(value)]


def _number(value: int | float, name: str) -> int | float | str:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refused(name, "is no number that JSON has")
        return float(value)
    return int(value) if abs(value) <= _MAX_EXACT else str(int(value))


def _members(value: Mapping[Any, Any], name: str, depth: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, item in value.items():
        text = key if isinstance(key, str) else str(as_json(key, name, depth + 1))
        if text in members:
            raise _refused(name, f"has the key `{text}` twice")
        members[text] = as_json(item, name, depth + 1)
    return members


def _other(value: Any, name: str, depth: int) -> Any:
    if isinstance(value, _AS_TEXT):
        return str(value)
    if isinstance(value, _DATES):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return as_json(fields, name, depth + 1)
    dump = getattr(value, "model_dump", None)  # pydantic, without needing it
    if callable(dump) and not isinstance(value, type):
        return as_json(dump(mode="python"), name, depth + 1)
    raise _refused(name, f"is a `{type(value).__name__}`, which cannot be written as JSON")


def _refused(name: str, what: str) -> CountersignError:
    subject = f"the argument `{name}`" if name else "a value"
    hint = f"name it in `redact` when its content does not matter: redact=['{name}']" if name else ""
    return CountersignError("bad_request", f"{subject} {what}", hint=hint)
