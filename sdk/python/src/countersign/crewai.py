"""Tools of CrewAI, and others that have a `name` and a `_run`, that ask before they run.

from countersign.crewai import wrap_tools

Agent(role="assistant", tools=wrap_tools([send_email]), …)
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .errors import CountersignError
from .guarding import guard
from .options import Options, checked
from .telling import told

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RunnableTool(Protocol):
    """What is needed of a tool."""

    name: str

    def _run(self, *args: Any, **kwargs: Any) -> Any: ...


T = TypeVar("T", bound=RunnableTool)


def wrap_tools(tools: Iterable[T], **options: Unpack[Options]) -> list[T]:
    """Guarded copies; see `wrap_tool`."""
    return [wrap_tool(tool, **options) for tool in tools]


def wrap_tool(tool: T, **options: Unpack[Options]) -> T:
    """A copy with the same name, description and schema that asks before it runs.

    Whatever keeps it from running becomes the result that the model reads, and says what to do next, also
    `ApprovalPending`.

    Args:
        tool: a `BaseTool` of CrewAI, or what its decorator makes.
        options: see `Options`.
    """
    own: Options = {"name": tool.name, **checked(options)}
    copied = tool.model_copy() if hasattr(tool, "model_copy") else copy.copy(tool)
    function = getattr(tool, "func", None)
    if callable(function):
        # What the decorator makes calls it past `_run`, too.
        setattr(copied, "func", _guarded(function, own))
        return copied
    base = type(tool)
    members: dict[str, Any] = {"__module__": base.__module__, "_run": _guarded(base._run, own)}
    asynchronous = getattr(base, "_arun", None)
    if asynchronous is not None:
        members["_arun"] = _guarded(asynchronous, own)
    object.__setattr__(copied, "__class__", type(base.__name__, (base,), members))
    return copied


def _guarded(run: Callable[..., Any], options: Options) -> Callable[..., Any]:
    asking = guard(run, **options)

    @functools.wraps(run)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        try:
            return asking(*args, **kwargs)
        except CountersignError as error:
            return told(error)

    @functools.wraps(run)
    async def asynchronous(*args: Any, **kwargs: Any) -> Any:
        try:
            return await asking(*args, **kwargs)
        except CountersignError as error:
            return told(error)

    return asynchronous if inspect.iscoroutinefunction(run) else blocking


__all__ = ["RunnableTool", "wrap_tool", "wrap_tools"]
