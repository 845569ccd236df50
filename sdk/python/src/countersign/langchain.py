"""Tools of LangChain and LangGraph that ask before they run.

from countersign.langchain import wrap_tools

agent = create_agent(model, wrap_tools([search, send_email], agent="assistant"))
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tools import BaseTool, StructuredTool, Tool, ToolException

from .errors import CountersignError
from .frames import UsageFrame
from .options import Options, checked
from .scope import ActionScope
from .sessions import Session
from .telling import told

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ToolRefused(ToolException):
    """The tool did not run; its text is for the model. ``__cause__`` is the `CountersignError`."""


def wrap_tools(tools: Iterable[BaseTool], **options: Unpack[Options]) -> list[BaseTool]:
    """Guarded copies; see `wrap_tool`."""
    return [wrap_tool(tool, **options) for tool in tools]


def wrap_tool(tool: BaseTool, **options: Unpack[Options]) -> BaseTool:
    """A copy with the same name, description and schema that asks before it runs, blocking or not.

    Whatever keeps it from running becomes a tool message with ``status="error"`` that says what to do next, also
    `ApprovalPending`. What is injected (state, store, runtime) is not part of what is judged.

    Args:
        tool: any tool; its own `handle_tool_error` keeps its meaning for its own errors.
        options: see `Options`.
    """
    checked(options)
    base = type(tool)
    names = list(tool.args)
    members: dict[str, Any] = {"__module__": base.__module__, "_run": _blocking(base, names, options)}
    if not _runs_in_executor(tool):
        members["_arun"] = _asynchronous(base, names, options)
    copied = tool.model_copy(update={"handle_tool_error": _handler(tool)})
    # The type is the only place where a model of pydantic takes other methods.
    object.__setattr__(copied, "__class__", type(base.__name__, (base,), members))
    return copied


class Recorder(BaseCallbackHandler):
    """Tells a session what the models wrote and used: ``config={"callbacks": [Recorder(run)]}``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        """Called by LangChain."""
        for generation in (one for several in response.generations for one in several):
            if generation.text:
                self._session.record({"type": "output", "text": generation.text})
            if isinstance(generation, ChatGeneration):
                self._used(generation.message)

    def _used(self, message: BaseMessage) -> None:
        usage = getattr(message, "usage_metadata", None)
        if not usage:
            return
        frame: UsageFrame = {
            "type": "usage",
            "input_tokens": usage["input_tokens"],
            "output_tokens": usage["output_tokens"],
        }
        if model := message.response_metadata.get("model_name"):
            frame["model"] = str(model)
        self._session.record(frame)


def _runs_in_executor(tool: BaseTool) -> bool:
    """Its asynchronous run is the blocking one, elsewhere, and so asks already."""
    if isinstance(tool, (StructuredTool, Tool)):
        return tool.coroutine is None
    return type(tool)._arun is BaseTool._arun


def _blocking(base: type[BaseTool], names: list[str], options: Options) -> Callable[..., Any]:
    @functools.wraps(base._run)
    def _run(self: BaseTool, *args: Any, **kwargs: Any) -> Any:
        try:
            with ActionScope(self.name, _shown(names, args, kwargs), options, parameters=names) as scope:
                args, kwargs = _changed(names, args, kwargs, scope.args)
                return scope.output(base._run(self, *args, **kwargs))
        except CountersignError as error:
            raise ToolRefused(told(error)) from error

    return _run


def _asynchronous(base: type[BaseTool], names: list[str], options: Options) -> Callable[..., Any]:
    @functools.wraps(base._arun)
    async def _arun(self: BaseTool, *args: Any, **kwargs: Any) -> Any:
        try:
            scope = ActionScope(self.name, _shown(names, args, kwargs), options, parameters=names, can_stop=True)
            async with scope:
                args, kwargs = _changed(names, args, kwargs, scope.args)
                return scope.output(await scope.in_time(base._arun(self, *args, **kwargs)))
        except CountersignError as error:
            raise ToolRefused(told(error)) from error

    return _arun


def _shown(names: list[str], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {**dict(zip(names, args)), **{name: value for name, value in kwargs.items() if name in names}}


def _changed(
    names: list[str], args: tuple[Any, ...], kwargs: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    placed = names[: len(args)]
    others = {name: value for name, value in values.items() if name not in placed}
    return tuple(values[name] for name in placed) + args[len(placed) :], {**kwargs, **others}


def _handler(tool: BaseTool) -> Callable[[ToolException], Any]:
    before = tool.handle_tool_error

    def handle(error: ToolException) -> Any:
        if isinstance(error, ToolRefused):
            return str(error)
        if not before:
            raise error
        if isinstance(before, bool):
            return error.args[0] if error.args else "Tool execution error"
        return before if isinstance(before, str) else cast("Any", before)(error)

    return handle


__all__ = ["Recorder", "ToolRefused", "wrap_tool", "wrap_tools"]
