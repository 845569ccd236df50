"""Which value each argument of a function has, by name, and with which values it is then called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Arguments:
    """The arguments of one call. An instance or class that a method belongs to is none of them."""

    def __init__(self, signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self._bound = signature.bind(*args, **kwargs)
        self._bound.apply_defaults()
        self._receiver = _receiver_of(signature)
        self._rest = _named(signature, inspect.Parameter.VAR_KEYWORD)
        self._places = _named(signature, inspect.Parameter.VAR_POSITIONAL)

    def named(self) -> dict[str, Any]:
        """The values by name."""
        values = {name: value for name, value in self._bound.arguments.items() if name != self._receiver}
        if self._places is not None and not values[self._places]:
            del values[self._places]
        rest = values.pop(self._rest, {}) if self._rest is not None else {}
        return {**rest, **values}

    def replace(self, values: Mapping[str, Any]) -> None:
        """INVARIANT: raises for a name that the function does not take; nothing is dropped silently."""
        for name, value in values.items():
            if name in self._bound.arguments and name not in (self._receiver, self._rest):
                self._bound.arguments[name] = value
            elif self._rest is not None and name != self._receiver:
                self._bound.arguments[self._rest][name] = value
            else:
                raise TypeError(f"the tool takes no `{name}`")

    @property
    def args(self) -> tuple[Any, ...]:
        """What to call it with, by place."""
        return self._bound.args

    @property
    def kwargs(self) -> dict[str, Any]:
        """What to call it with, by name."""
        return self._bound.kwargs


def parameters_of(signature: inspect.Signature) -> list[str] | None:
    """Names of all that a function takes; ``None`` when it takes any."""
    if _named(signature, inspect.Parameter.VAR_KEYWORD) is not None:
        return None
    receiver = _receiver_of(signature)
    return [name for name in signature.parameters if name != receiver]


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Raises `TypeError` for what cannot be guarded by its arguments."""
    try:
        return inspect.signature(function)
    except ValueError as cause:
        raise TypeError(
            f"`{function!r}` does not say what arguments it takes; wrap it in a function that does"
        ) from cause


def _receiver_of(signature: inspect.Signature) -> str | None:
    first = next(iter(signature.parameters.values()), None)
    if first is None or first.kind in _VARIADIC or first.name not in ("self", "cls"):
        return None
    return first.name


def _named(signature: inspect.Signature, kind: object) -> str | None:
    return next((parameter.name for parameter in signature.parameters.values() if parameter.kind is kind), None)
