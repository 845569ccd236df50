"""Function tools of the OpenAI Agents SDK that ask before they run.

from countersign.openai_agents import wrap_tools

agent = Agent(name="assistant", tools=wrap_tools([send_email]))
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from agents import FunctionTool, Tool
from agents.tool_context import ToolContext

from .actions import ActionContext
from .errors import CountersignError
from .options import Options, checked
from .scope import ActionScope
from .telling import told

if TYPE_CHECKING:
    from typing_extensions import Unpack


def wrap_tools(tools: Iterable[Tool], **options: Unpack[Options]) -> list[Tool]:
    """Guarded copies; see `wrap_tool`.

    Raises:
        TypeError: one of them is no function tool. What runs at a provider cannot be asked about here.
    """
    wrapped: list[Tool] = []
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            raise TypeError(f"`{tool.name}` is no function tool, so it cannot be guarded here")
        wrapped.append(wrap_tool(tool, **options))
    return wrapped


def wrap_tool(tool: FunctionTool, **options: Unpack[Options]) -> FunctionTool:
    """A copy with the same name, description and schema that asks before it runs.

    Whatever keeps it from running becomes the result that the model reads, and says what to do next, also
    `ApprovalPending`.

    Args:
        tool: what `function_tool` makes, or any other `FunctionTool`.
        options: see `Options`.
    """
    checked(options)
    run = tool.on_invoke_tool
    parameters = list(tool.params_json_schema.get("properties", {})) or None

    async def guarded(context: ToolContext[Any], text: str) -> Any:
        args = _arguments(text)
        said = options.get("context")
        words: ActionContext = {"tool_call_id": context.tool_call_id}
        words.update((said() if callable(said) else said) or {})
        own: Options = {**options, "context": words}
        shown = {"input": text} if args is None else args
        try:
            async with ActionScope(tool.name, shown, own, parameters=parameters, can_stop=True) as scope:
                # Written anew: what is judged is what the tool gets.
                given = str(scope.args["input"]) if args is None else json.dumps(scope.args)
                return scope.output(await scope.in_time(run(context, given)))
        except CountersignError as error:
            return told(error)

    copied = copy.copy(tool)
    copied.on_invoke_tool = guarded
    return copied


def _arguments(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


__all__ = ["wrap_tool", "wrap_tools"]
