"""One HTTP exchange with the daemon: as data, over the standard library, and over asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import __version__
from .errors import CountersignError
from .place import Place

# A judgement with all its findings is far below this.
_MAX_REPLY_BYTES = 16 * 1024 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Exchange:
    """A request; `seconds` is how long its answer may take."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 30.0


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes

    def read(self) -> Any:
        """The JSON of an answer that is a yes to the request; raises `CountersignError` for a problem document."""
        try:
            value = json.loads(self.body)
        except ValueError as cause:
            raise CountersignError(
                "internal", f"the daemon answered {self.status} without JSON", status=self.status
            ) from cause
        if 200 <= self.status < 300:
            return value
        said = value if isinstance(value, dict) else {}
        detail = str(said.get("detail") or f"the daemon answered {self.status}")
        code, hint = str(said.get("code") or "internal"), str(said.get("hint") or "")
        raise CountersignError(code, detail, hint=hint, status=self.status)


class Lost(Exception):
    """No answer came: nobody listens (`code` is ``daemon_unreachable``) or the connection broke (``daemon_lost``)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def exchange(place: Place, wanted: Exchange) -> Reply:
    """Blocks until the answer is there; raises `Lost`."""
    connection = _Connection(place)
    try:
        try:
            connection.connect()
        except OSError as cause:
            raise _unreachable(place, cause) from cause
        connection.sock.settimeout(wanted.seconds)
        # Who refuses a request in the middle says why, and hangs up.
        with contextlib.suppress(BrokenPipeError):
            connection.request(wanted.method, wanted.path, body=_body(wanted), headers=_headers(place, wanted))
        response = connection.getresponse()
        length = _length(response.getheader("content-length"))
        body = response.read(length)
        if len(body) < length:
            raise _lost("it broke off")
        return Reply(response.status, body)
    except (OSError, ValueError, http.client.HTTPException) as cause:
        raise _lost(cause) from cause
    finally:
        connection.close()


async def aexchange(place: Place, wanted: Exchange) -> Reply:
    """The same without blocking."""
    try:
        reader, writer = await asyncio.wait_for(_open(place), _CONNECT_SECONDS)
    except (OSError, asyncio.TimeoutError) as cause:
        raise _unreachable(place, cause) from cause
    try:
        writer.write(_request(place, wanted))
        return await asyncio.wait_for(_reply(reader), wanted.seconds)
    except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as cause:
        raise _lost(cause) from cause
    finally:
        writer.close()


class _Connection(http.client.HTTPConnection):
    sock: socket.socket

    def __init__(self, place: Place) -> None:
        super().__init__(place.host or "localhost", place.port or 80, timeout=_CONNECT_SECONDS)
        self._place = place

    def connect(self) -> None:
        if self._place.socket is None:
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_CONNECT_SECONDS)
        self.sock.connect(self._place.socket)


async def _open(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if place.socket is not None:
        return await asyncio.open_unix_connection(place.socket, limit=_MAX_HEAD_BYTES)
    return await asyncio.open_connection(place.host, place.port, limit=_MAX_HEAD_BYTES)


def _body(wanted: Exchange) -> bytes | None:
    return None if wanted.body is None else json.dumps(wanted.body, allow_nan=False).encode()


def _headers(place: Place, wanted: Exchange) -> dict[str, str]:
    host = "localhost" if place.socket is not None else f"{place.host}:{place.port}"
    return {
        "host": host if place.host != "::1" else f"[::1]:{place.port}",
        "accept": "application/json",
        "api-version": "1",
        "connection": "close",
        "user-agent": f"countersign-python/{__version__}",
        **({} if wanted.body is None else {"content-type": "application/json"}),
        **({"authorization": f"Bearer {place.token}"} if place.token else {}),
        **wanted.headers,
    }


def _request(place: Place, wanted: Exchange) -> bytes:
    body = _body(wanted) or b""
    headers = {**_headers(place, wanted), "content-length": str(len(body))}
    lines = [f"{wanted.method} {wanted.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def _reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    version, status = first.split(" ", 2)[:2]
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Reply(int(status), await reader.readexactly(_length(fields.get("content-length"))))


def _length(told: str | None) -> int:
    # The daemon always says how long an answer is; who does not is somebody else.
    length = int(told or "unknown")
    if not 0 <= length <= _MAX_REPLY_BYTES:
        raise ValueError("the answer is too large")
    return length


def _unreachable(place: Place, cause: BaseException) -> Lost:
    return Lost("daemon_unreachable", f"nobody answers on `{place}`: {_words(cause)}")


def _lost(cause: object) -> Lost:
    return Lost("daemon_lost", f"the connection to the daemon broke before it answered: {_words(cause)}")


def _words(cause: object) -> str:
    return str(cause) or type(cause).__name__
