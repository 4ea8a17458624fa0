"""A checker of plain JSON against the SDK's own generated types.

The SDK's resource classes and ``params`` TypedDicts come from Stripe's specification, so they say
what an answer may hold and which parameters exist. Found: unknown fields, missing fields that
are never absent, null where it is not allowed, wrong scalar types, words outside an enum.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

import stripe
from stripe._list_object import ListObject
from stripe._object_classes import get_object_class
from stripe._stripe_object import StripeObject, UntypedStripeObject
from typing_extensions import is_typeddict

_SCALARS = {int: int, str: str, bool: bool, float: int | float}
_SHOWN_ONCE = {"list"}


def problems(body: Any) -> list[str]:
    """What is wrong with an answer, as sentences that name the place."""
    if body.get("object") == "list" or "next_page_url" in body:
        return [p for item in body["data"] for p in problems(item)]
    if body["object"] == "v2.core.event":  # its classes leave these to each type of event
        body = {name: body[name] for name in body.keys() - {"related_object", "data"}}
    api = "V2" if body["object"].startswith("v2.") else "V1"
    kind = get_object_class(api, body["object"])  # type: ignore[arg-type]
    return list(_object(body, kind, body["object"]))


def parameter_problems(spec: Any, params: Any, plain: Any) -> list[str]:
    """Which parameters of a sandbox specification the SDK does not know; ``plain`` unwraps it."""
    return list(_params(spec, params, plain, params.__name__))


def _object(body: Any, kind: type[StripeObject], place: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{place}: not an object"
        return
    if body.get("deleted"):
        return
    fields = _fields(kind)
    for name in body.keys() - fields.keys():
        yield f"{place}.{name}: no such field"
    for name, wanted in fields.items():
        if name in body:
            yield from _value(body[name], wanted, f"{place}.{name}", _names(kind))
        elif not _optional(wanted):
            yield f"{place}.{name}: missing"


def _fields(kind: type) -> dict[str, Any]:
    """Annotated fields, as the wire calls them."""
    python_names = getattr(kind, "_field_remappings", {})
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if not issubclass(base, StripeObject) or base is StripeObject:
            continue
        for name, wanted in inspect.get_annotations(base).items():
            if not name.startswith("_") and get_origin(wanted) is not typing.ClassVar:
                found[python_names.get(name, name)] = wanted
    return found


def _names(kind: type) -> dict[str, Any]:
    return {**vars(stripe), **vars(sys.modules[kind.__module__]), **vars(kind)}


def _optional(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, types.UnionType) and type(None) in get_args(wanted)


def _value(value: Any, wanted: Any, place: str, names: dict[str, Any]) -> Iterator[str]:
    if isinstance(wanted, typing.ForwardRef | str):
        wanted = _resolve(wanted, names)
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        yield from _any_of(value, inner, place, names)
    elif origin is list:
        yield from _list(value, inner[0], place, names)
    elif origin is ListObject:
        rows = value.get("data") if isinstance(value, dict) else None
        yield from _list(rows, inner[0], place, names)
    elif isinstance(wanted, type) and issubclass(wanted, StripeObject):
        yield from _object(value, wanted, place)
    else:
        yield from _plain(value, wanted, place)


def _plain(value: Any, wanted: Any, place: str) -> Iterator[str]:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        if value not in inner:
            yield f"{place}: {value!r} is not one of {inner[:6]}"
    elif origin in (UntypedStripeObject, dict):
        if not isinstance(value, dict):
            yield f"{place}: not an object"
    elif wanted in _SCALARS:
        if not isinstance(value, _SCALARS[wanted]) or (wanted is int and isinstance(value, bool)):
            yield f"{place}: {value!r} is not {wanted.__name__}"
    elif wanted is type(None):
        if value is not None:
            yield f"{place}: not null"
    elif wanted is not Any and not isinstance(wanted, typing.TypeVar):
        yield f"{place}: cannot check against {wanted}"


def _any_of(value: Any, choices: Any, place: str, names: dict[str, Any]) -> Iterator[str]:
    # The SDK writes an open enum as Union[Literal[…], str]; a stand-in stays within the words.
    closed = [c for c in choices if get_origin(c) is Literal]
    tried = [c for c in choices if not (closed and c is str)]
    if value is None and type(None) not in choices:
        yield f"{place}: null"
        return
    results = [list(_value(value, choice, place, names)) for choice in tried]
    if all(results):
        yield from min(results, key=len)


def _list(value: Any, wanted: Any, place: str, names: dict[str, Any]) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{place}: not a list"
        return
    for number, item in enumerate(value):
        yield from _value(item, wanted, f"{place}[{number}]", names)


def _resolve(reference: Any, names: dict[str, Any]) -> Any:
    text = getattr(reference, "__forward_arg__", reference)
    scope = {**vars(typing), **names}
    if text.isidentifier() and text not in scope:
        return _by_class_name(text)
    return eval(text, scope)


def _by_class_name(name: str) -> Any:
    for kind in _classes(StripeObject):
        if kind.__name__ == name and "<" not in kind.__qualname__ and "." not in kind.__qualname__:
            return kind
    return Any


def _classes(kind: type) -> Iterator[type]:
    sub: type
    for sub in kind.__subclasses__():
        yield sub
        yield from _classes(sub)


def _params(spec: Any, params: Any, plain: Any, place: str) -> Iterator[str]:
    known = params.__annotations__
    for base in params.__mro__[1:] + tuple(getattr(params, "__orig_bases__", ())):
        known = {**getattr(base, "__annotations__", {}), **known}
    for name, kind in spec.items():
        if name not in known:
            yield f"{place}[{name}]: not a parameter of Stripe"
            continue
        nested = plain(kind)
        if isinstance(nested, dict):
            below = _typed_dict(known[name], vars(sys.modules[params.__module__]))
            if below is None:
                yield f"{place}[{name}]: not an object in Stripe"
            else:
                yield from _params(nested, below, plain, f"{place}[{name}]")


def _typed_dict(wanted: Any, names: dict[str, Any]) -> Any:
    if isinstance(wanted, typing.ForwardRef | str):
        wanted = eval(getattr(wanted, "__forward_arg__", wanted), {**vars(typing), **names})
    if is_typeddict(wanted):
        return wanted
    unwrap = (NotRequired, Required, Union, types.UnionType, list)
    if get_origin(wanted) in unwrap:
        found = [_typed_dict(arg, names) for arg in get_args(wanted)]
        return next((kind for kind in found if kind is not None), None)
    return None
