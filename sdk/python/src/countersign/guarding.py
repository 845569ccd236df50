"""`guard`: a function that asks before it runs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from .arguments import Arguments, parameters_of, signature_of
from .options import Options, checked
from .scope import ActionScope

if TYPE_CHECKING:
    from typing_extensions import Unpack

P = ParamSpec("P")
R = TypeVar("R")


class Guard:
    """The type of `guard`."""

    @overload
    def __call__(self, tool: Callable[P, R], /, **options: Unpack[Options]) -> Callable[P, R]: ...

    @overload
    def __call__(
        self, tool: None = None, /, **options: Unpack[Options]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]: ...

    def __call__(self, tool: Any = None, /, **options: Unpack[Options]) -> Any:
        """Guards a function: ``@guard``, ``@guard(policy="strict")`` or ``guard(function, agent="planner")``.

        Works for functions, coroutines and both kinds of generators; the signature stays as it is.

        Args:
            tool: the function.
            options: see `Options`.

        Raises:
            Denied: when called; the answer was no.
            ApprovalPending: when called; a person has been asked and has not answered in time.
            LoopDetected: when called; the same over and over.
            DaemonUnavailable: when called; nobody could be asked.
            CountersignError: when called; an argument has no form in JSON, or the request was refused.
            TypeError: at once; an option that there is none of.
        """
        checked(options)
        if tool is None:
            return lambda function: _guarded(function, options)
        return _guarded(tool, options)

    def action(
        self, tool: str | Mapping[str, Any], args: Mapping[str, Any] | None = None, /, **options: Unpack[Options]
    ) -> ActionScope:
        """Asks about the body of a ``with`` or ``async with``: ``with guard.action("send_email", {"to": to}) as call``.

        Use `ActionScope.args` in it. The errors are those of a guarded function.

        Args:
            tool: name of the tool, or a whole action such as ``{"kind": "exec", "argv": [...]}``.
            args: its arguments by name.
            options: see `Options`.
        """
        if isinstance(tool, str):
            return ActionScope(tool, args, options)
        own = {"argv": list(tool["argv"])} if "argv" in tool else {**tool.get("args", {}), **(args or {})}
        return ActionScope(tool, own, options)


guard = Guard()


def _guarded(function: Callable[..., Any], options: Options) -> Callable[..., Any]:
    signature = signature_of(function)
    name = options.get("name") or getattr(function, "__name__", "")
    if not name:
        raise TypeError(f"`{function!r}` has no name; pass one: guard(…, name='…')")
    parameters = parameters_of(signature)
    can_stop = inspect.iscoroutinefunction(function)
    sees_result = not (inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function))

    def call(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[ActionScope, Arguments]:
        arguments = Arguments(signature, args, kwargs)
        named = arguments.named()
        scope = ActionScope(name, named, options, parameters=parameters, can_stop=can_stop, sees_result=sees_result)
        return scope, arguments

    for fits, make in _KINDS:
        if fits(function):
            return functools.wraps(function)(make(function, call))
    return functools.wraps(function)(_plain(function, call))


_Call = Callable[[tuple[Any, ...], Mapping[str, Any]], tuple[ActionScope, Arguments]]


def _plain(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        scope, arguments = call(args, kwargs)
        with scope:
            arguments.replace(scope.args)
            return scope.output(function(*arguments.args, **arguments.kwargs))

    return guarded


def _coroutine(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        scope, arguments = call(args, kwargs)
        async with scope:
            arguments.replace(scope.args)
            return scope.output(await scope.in_time(function(*arguments.args, **arguments.kwargs)))

    return guarded


def _generator(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        scope, arguments = call(args, kwargs)
        with scope:
            arguments.replace(scope.args)
            return (yield from function(*arguments.args, **arguments.kwargs))

    return guarded


def _async_generator(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        scope, arguments = call(args, kwargs)
        async with scope:
            arguments.replace(scope.args)
            async for item in function(*arguments.args, **arguments.kwargs):
                yield item

    return guarded


_KINDS: tuple[tuple[Callable[[Any], bool], Callable[[Callable[..., Any], _Call], Callable[..., Any]]], ...] = (
    (inspect.isasyncgenfunction, _async_generator),
    (inspect.iscoroutinefunction, _coroutine),
    (inspect.isgeneratorfunction, _generator),
)

__all__ = ["Guard", "guard"]
