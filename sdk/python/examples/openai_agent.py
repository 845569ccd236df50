"""An agent made with the OpenAI Agents SDK whose tools ask Countersign first.

With a key of OpenAI in `OPENAI_API_KEY`:

    python openai_agent.py "Send Bob the report"
"""

from __future__ import annotations

import sys
from typing import Any

from agents import Agent, Runner, function_tool
from agents.models.interface import Model
from countersign.openai_agents import wrap_tools

SENT: list[str] = []


@function_tool
def get_report(year: int) -> str:
    """Read the report of a year."""
    return f"the report of {year}"


@function_tool
def send_email(to: str, body: str) -> str:
    """Send an email."""
    SENT.append(to)
    return "sent"


def agent(model: Model | str | None = None, **options: Any) -> Agent[None]:
    """The agent, with guarded tools."""
    tools = wrap_tools([get_report, send_email], agent="office-assistant", **options)
    return Agent(name="office-assistant", instructions="Help.", tools=tools, model=model)


if __name__ == "__main__":
    print(Runner.run_sync(agent(), sys.argv[1]).final_output)
