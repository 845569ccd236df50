"""An agent without a framework: a loop over what a model wants, with tools that ask Countersign first."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from typing import Any

import countersign
from countersign import ApprovalPending, CountersignError, guard


@guard(command="command", agent="janitor")
def shell(command: str) -> str:
    """Runs shell source; a safer form that policy asks for runs in its place."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


@guard(agent="janitor", approval="raise")
def delete_customer(id: int) -> str:
    """A tool that a person has to agree to; the agent goes on meanwhile."""
    return f"deleted {id}"


TOOLS: dict[str, Callable[..., str]] = {"shell": shell, "delete_customer": delete_customer}


def run(wishes: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """`wishes` is what the model wants to do, one after the other; what comes back is what it is told."""
    told: list[str] = []
    with countersign.session("janitor") as session:
        for tool, args in wishes:
            session.record({"type": "reasoning", "text": f"I want {tool} {args}"})
            try:
                told.append(TOOLS[tool](**args))
            except ApprovalPending as pending:
                told.append(f"a person is asked: {pending.approval}")
            except CountersignError as refused:
                told.append(str(refused))
        session.record({"type": "usage", "input_tokens": 100, "output_tokens": 10, "cost_usd": 0.001})
    return told


if __name__ == "__main__":
    WISHES = [("shell", {"command": "ls /etc"}), ("shell", {"command": "mkfs.ext4 /dev/nothing"})]
    for text in run([*WISHES, ("delete_customer", {"id": 7})]):
        print(text)
