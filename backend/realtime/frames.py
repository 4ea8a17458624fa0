"""What a browser may say: closed types, checked field by field before anything looks at them.

    @dataclass(frozen=True)
    class ChatRead(Said):
        message_id: UUID

A frame is ``{"type", "id"?, "data"?}``. A missing, unknown or wrong field refuses the frame with
the code ``invalid_input``; what the sender claims about itself is never a field.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from backend.core.errors import InvalidInput

Check = Callable[[Any], Any]
Checker = Callable[[Any], dict[str, Any]]
_checkers: dict[type, Checker] = {}


@dataclass(frozen=True)
class Longest:
    """``Annotated[str, Longest(4000)]``: at most so many characters, and not only blanks."""

    chars: int


@dataclass(frozen=True)
class Said:
    """Base of everything a browser says."""


@dataclass(frozen=True)
class Nothing(Said):
    """A frame without content."""


T = TypeVar("T", bound=Said)


def read(shape: type[T], said: Any) -> T:
    """Check ``said`` against ``shape``.

    :raises InvalidInput: it is anything else.
    """
    return shape(**checker(shape)(said))


def checker(shape: type) -> Checker:
    """A function that turns a decoded object into the arguments of ``shape``.

    It raises InvalidInput for anything else.
    """
    found = _checkers.get(shape)
    if found is None:
        found = _checkers[shape] = _made_for(shape)
    return found


def _made_for(shape: type) -> Checker:
    hints = get_type_hints(shape, include_extras=True)
    rules = tuple(
        (
            f.name,
            _plain_kinds(hints[f.name]),
            _check_of(hints[f.name]),
            f.default is MISSING and f.default_factory is MISSING,
        )
        for f in fields(shape)
    )
    names = frozenset(rule[0] for rule in rules)

    def arguments(said: Any) -> dict[str, Any]:
        if type(said) is not dict:
            raise InvalidInput("The content must be an object.")
        taken = {}
        for name, plain, checked, required in rules:
            value = said.get(name, MISSING)
            if type(value) in plain:
                taken[name] = value
            elif value is not MISSING:
                try:
                    taken[name] = checked(value)
                except InvalidInput as wrong:
                    raise InvalidInput(f"{name}: {wrong}") from None
            elif required:
                raise InvalidInput(f"{name} is missing.")
        if len(taken) != len(said):
            raise InvalidInput(f"Unknown: {', '.join(sorted(set(said) - names))[:100]}.")
        return taken

    return arguments


_PLAIN: Final = frozenset({str, int, bool, dict, list, type(None)})


def _plain_kinds(hint: Any) -> frozenset[type]:
    """The kinds of which every value will do, so that one look at its kind is the whole check."""
    alternatives = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return frozenset(get_origin(one) or one for one in alternatives) & _PLAIN


def _check_of(hint: Any) -> Check:
    origin = get_origin(hint)
    if origin is Annotated:
        base, *notes = get_args(hint)
        longest = next((note for note in notes if isinstance(note, Longest)), None)
        return _short_text(longest.chars) if longest else _check_of(base)
    if origin in (Union, types.UnionType):
        return _any_of(get_args(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        return lambda value: hint(**checker(hint)(value))
    if hint is UUID:
        return _uuid
    if hint is float:
        return _number
    return _exactly(origin or hint)


def _exactly(kind: type) -> Check:
    def checked(value: Any) -> Any:
        if type(value) is not kind:
            raise InvalidInput(f"must be {_WORDS.get(kind, kind.__name__)}.")
        return value

    return checked


_WORDS: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise InvalidInput("must be a number.")
    return float(value)


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput("must be an id.") from None


def _short_text(chars: int) -> Check:
    def checked(value: Any) -> str:
        if type(value) is not str or not value.strip():
            raise InvalidInput("must be text that is not empty.")
        if len(value) > chars:
            raise InvalidInput(f"is longer than {chars} characters.")
        return value

    return checked


def _any_of(hints: tuple[Any, ...]) -> Check:
    checks = [_check_of(hint) for hint in hints if hint is not type(None)]
    nullable = len(checks) < len(hints)

    def checked(value: Any) -> Any:
        if value is None and nullable:
            return None
        for index, one in enumerate(checks):
            try:
                return one(value)
            except InvalidInput:
                if index == len(checks) - 1:
                    raise
        raise InvalidInput("must be left out.")

    return checked
