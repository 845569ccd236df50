"""Where the daemon listens."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .errors import CountersignError

# What is sent over TCP is not encrypted, and whoever answers could say yes to everything.
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Place:
    """A socket of this machine, or a port of it with a token."""

    socket: str | None = None
    host: str = ""
    port: int = 0
    token: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.socket or f"http://{self.host}:{self.port}"


def find_place(
    url: str | None = None,
    token: str | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    platform: str = sys.platform,
    home: str | None = None,
) -> Place:
    """What is passed, then ``COUNTERSIGN_URL``, then ``COUNTERSIGN_HOME``, then the socket of this user."""
    known = os.environ if environment is None else environment
    chosen = url or known.get("COUNTERSIGN_URL")
    if chosen:
        return _of_url(chosen, known.get("COUNTERSIGN_TOKEN", "") if token is None else token)
    return Place(socket=f"{_run_folder(known, platform, home or str(Path.home()))}/agent.sock")


def _of_url(url: str, token: str) -> Place:
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return Place(socket=parts.path)
    try:
        host, port = parts.hostname or "", parts.port or 80
    except ValueError as cause:
        raise _wrong(url) from cause
    if parts.scheme != "http" or host not in _LOOPBACK or parts.path not in ("", "/"):
        raise _wrong(url)
    if "\r" in token or "\n" in token.strip():
        raise CountersignError("bad_request", "`COUNTERSIGN_TOKEN` is not one line")
    return Place(host="127.0.0.1" if host == "localhost" else host, port=port, token=token.strip())


def _wrong(url: str) -> CountersignError:
    return CountersignError(
        "bad_request",
        f"`{url}` is neither `unix:/path/agent.sock` nor `http://127.0.0.1:PORT`",
        hint="see `COUNTERSIGN_URL`",
    )


def _run_folder(environment: Mapping[str, str], platform: str, home: str) -> str:
    single = _absolute(environment.get("COUNTERSIGN_HOME"))
    if single is not None:
        return f"{single}/run"
    if platform == "darwin":
        return f"{home}/Library/Application Support/Countersign/run"
    runtime = _absolute(environment.get("XDG_RUNTIME_DIR"))
    if runtime is not None:
        return f"{runtime}/countersign"
    data = _absolute(environment.get("XDG_DATA_HOME")) or f"{home}/.local/share"
    return f"{data}/countersign/run"


def _absolute(path: str | None) -> str | None:
    return path.rstrip("/") if path is not None and path.startswith("/") and len(path) > 1 else None
