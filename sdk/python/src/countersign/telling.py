"""What a model is told in the place of a result."""

from __future__ import annotations

from .errors import ApprovalPending, CountersignError


def told(error: CountersignError) -> str:
    """What happened and what to do next, as the result of a tool."""
    if isinstance(error, ApprovalPending):
        return (
            f"not run yet: a person is asked ({error.reason})\n"
            "  next: go on with something else, and call this again with the same arguments later."
        )
    text = str(error)
    if "next:" in text:
        return text
    return f"not run: {text}.\n  next: {error.hint or 'tell the user'}."
