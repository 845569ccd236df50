"""What the tests share: a real daemon of this checkout with somebody to ask, and clients of it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from countersign import Client

T = TypeVar("T")

REPOSITORY = Path(__file__).resolve().parents[3]
NODE = REPOSITORY / "node_modules/.bin/node"
CASES: dict[str, Any] = json.loads((REPOSITORY / "test/contract/sdk-cases.json").read_text())
# On a machine that is busy with other tests; an idle one takes a fraction of a second.
_PATIENCE_SECONDS = 60
_NO_RULES = "version: 1\nrules: []\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test says what it proves."""
    for item in items:
        if not item.get_closest_marker("verifies"):
            raise pytest.UsageError(f"{item.nodeid} does not say which behaviour it verifies")


class Scene:
    """A daemon on a temporary home, and a person who answers when told to."""

    def __init__(self, *files: Path) -> None:
        self._program = subprocess.Popen(
            [NODE, REPOSITORY / "test/helpers/sdk-scene.ts", *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._answered: set[str] = set()
        said = self._read()
        self.home = Path(said["home"])
        self.url = f"unix:{said['socket']}"
        self.client = Client(self.url)

    def order(self, what: str, **more: Any) -> Any:
        """Has it do something, as `test/helpers/sdk-scene.ts` lists it."""
        with self._lock:
            assert self._program.stdin is not None
            self._program.stdin.write(json.dumps({"do": what, **more}) + "\n")
            self._program.stdin.flush()
            answer = self._read()
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["done"]

    def answer(self, decision: str, approval: str | None = None) -> str:
        """Votes on a question, or on the next that comes; gives its id."""
        chosen = approval or eventually(self._next_question, "a question to a person")
        self._answered.add(chosen)
        return str(self.order("answer", decision=decision, approval=chosen))

    def answering(self, decision: str) -> threading.Thread:
        """The same beside the test."""
        thread = threading.Thread(target=self.answer, args=[decision])
        thread.start()
        return thread

    def frames(self, trace: str, kind: str = "") -> list[dict[str, Any]]:
        """What is recorded of a trace or session."""
        stored = self.order("trace", id=trace)
        frames = [{**one["event"], "payload": one.get("payload")} for one in stored]
        return [frame for frame in frames if frame["kind"].startswith(kind)]

    def pending(self) -> list[dict[str, Any]]:
        """Questions that wait for a person."""
        return list(self.order("pending"))

    def close(self) -> None:
        """Ends it and removes its home."""
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait(_PATIENCE_SECONDS)

    def _next_question(self) -> str | None:
        # What was just answered may be listed for a moment more.
        return next((one["id"] for one in self.pending() if one["id"] not in self._answered), None)

    def _read(self) -> Any:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            raise AssertionError("the scene ended")
        return json.loads(line)


def eventually(look: Callable[[], T | None], what: str) -> T:
    """Waits until something is there."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        value = look()
        if value is not None:
            return value
        time.sleep(0.02)
    raise AssertionError(f"timed out waiting for {what}")


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all tests. Whoever asks a person sees to it that no question is left over."""
    yield from _played(tmp_path_factory.mktemp("policy"), _NO_RULES)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One with the policy of the contract."""
    yield from _played(tmp_path_factory.mktemp("policy"), CASES["policy"])


@pytest.fixture
def own_scene(tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Makes scenes with policies of their own, for tests that also end the daemon."""
    played: list[Iterator[Scene]] = []

    def make(policy: str = _NO_RULES, config: str | None = None) -> Scene:
        folder = tmp_path / str(len(played))
        folder.mkdir()
        played.append(_played(folder, policy, config))
        return next(played[-1])

    yield make
    for one in played:
        next(one, None)


@pytest.fixture(autouse=True)
def _no_daemon_of_this_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COUNTERSIGN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COUNTERSIGN_HOME", "/nonexistent")


_numbers = itertools.count(1)


@pytest.fixture
def customer() -> int:
    """A number that no other test uses: what is denied for one customer stays denied for that one."""
    return 1000 + next(_numbers)


def _played(folder: Path, *texts: str | None) -> Iterator[Scene]:
    files = [folder / f"{number}.yaml" for number, text in enumerate(texts) if text is not None]
    for file, text in zip(files, texts):
        file.write_text(text or "")
    scene = Scene(*files)
    yield scene
    scene.close()
