"""What a browser sends, read into a struct. Every mistake is told at once, not only the first."""

import re
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from app.core import clock
from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _

# Controls other than tab and line feed, and the marks that turn the direction of writing.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SHOWN_AGAIN = 20_000
"""Of a text that is far too long, so much is shown again in its form."""
T = TypeVar("T", bound=msgspec.Struct)


class Fields(Protocol):
    """A form with several values a name, as Litestar and Werkzeug have it."""

    def getall(self, key: str, default: Any = ...) -> list[Any]: ...
    def __contains__(self, key: object) -> bool: ...


def read(shape: type[T], form: Fields | Mapping[str, Any]) -> T:
    """Fill a msgspec struct from a form.

    Blank counts as absent; a box ticked is true; a list takes all ticked ones; a naive datetime is Shanghai time.
    A field with `extra={"read": …}` is read by that; what it raises as Mistaken is the field's reason.
    Raises `Mistaken` with one reason a field.
    """
    values: dict[str, Any] = {}
    mistakes: dict[str, Phrase] = {}
    hints = typing.get_type_hints(shape, include_extras=True)
    for field in msgspec.structs.fields(shape):
        said = _all(form, field.name)
        try:
            if said:
                values[field.name] = _as(hints[field.name], said)
            elif field.required:
                mistakes[field.name] = _("Please fill this in.")
        except (ValueError, OverflowError, msgspec.ValidationError) as error:
            mistakes[field.name] = _why(hints[field.name], error)
        except Mistaken as error:
            mistakes[field.name] = error.reason
    if mistakes:
        raise Mistaken(_("Please look again at the marked fields."), mistakes)
    return shape(**values)


def again(value: str) -> str:
    """What was written, to be shown once more: without what steers, and not a book of it."""
    return clean(value[: SHOWN_AGAIN * 2])[:SHOWN_AGAIN]


def _all(form: Fields | Mapping[str, Any], name: str) -> list[str]:
    # Litestar's forms are mappings too, but as such they give only the first of several values.
    getall = getattr(form, "getall", None)
    found = getall(name, []) if getall else form.get(name, [])  # type: ignore[union-attr]
    found = found if isinstance(found, list) else [found]
    return [text for value in found if isinstance(value, str) and (text := clean(value))]


def clean(text: str) -> str:
    """Without lone surrogates, which no database keeps, without signs that steer instead of being read, without blank edges."""
    return STEERING.sub("", text.encode("utf-8", "ignore").decode().replace("\r\n", "\n")).strip()


def _as(hint: Any, said: list[str]) -> Any:
    base, meta = _plain(hint)
    if typing.get_origin(base) in (list, tuple):
        item = typing.get_args(base)[0]
        return [_as(item, [one]) for one in said]
    text = said[0]
    if base is bool:
        return text.lower() in ("on", "1", "true", "yes")
    if base is datetime:
        return clock.as_utc(datetime.fromisoformat(text))
    if base is date:
        return date.fromisoformat(text)
    words = base is str or typing.get_origin(base) is Literal or (isinstance(base, type) and issubclass(base, Enum))
    value: Any = text if words else _number(base, text)
    value = msgspec.convert(value, typing.Annotated[base, *meta] if meta else base)
    for how in (one.extra["read"] for one in meta if isinstance(one, msgspec.Meta) and one.extra):
        value = how(value)
    return value


def _number(base: Any, text: str) -> Any:
    if base is int and len(text) <= 18:
        return int(text)
    if base is float and len(text) <= 40:
        return float(text)
    raise ValueError(text[:20])


def _plain(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type under `Annotated` and `| None`, with its constraints."""
    meta: tuple[Any, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        meta = tuple(rest)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
        inner, more = _plain(hint)
        return inner, meta + more
    return hint, meta


def _why(hint: Any, error: Exception) -> Phrase:
    base, meta = _plain(hint)
    longest = next((m.max_length for m in meta if isinstance(m, msgspec.Meta) and m.max_length), None)
    if base in (datetime, date):
        return _("Please give a day and time, such as 2026-05-08 08:00.")
    if base in (int, float):
        return (
            _range(meta) if isinstance(error, msgspec.ValidationError | OverflowError) or _too_long(error) else _("Please give a number.")
        )
    if longest and "length <=" in str(error):
        return _("Please use at most %(n)s characters.", n=longest)
    chosen = typing.get_origin(base) is Literal or (isinstance(base, type) and issubclass(base, Enum))
    return _("This is not one of the choices.") if chosen else _("Please look at this again.")


def _range(meta: tuple[Any, ...]) -> Phrase:
    """It is a number, but none of those that fit here."""
    bounds = {
        name: value for one in meta if isinstance(one, msgspec.Meta) for name in ("ge", "le") if (value := getattr(one, name)) is not None
    }
    if {"ge", "le"} <= set(bounds):
        return _("Between %(least)s and %(most)s.", least=bounds["ge"], most=bounds["le"])
    if "ge" in bounds:
        return _("At least %(least)s.", least=bounds["ge"])
    return _("At most %(most)s.", most=bounds["le"]) if "le" in bounds else _("Please give a number.")


def _too_long(error: Exception) -> bool:
    """More digits than we read at all."""
    return re.fullmatch(r"[+-]?[0-9.]{20}", str(error)) is not None


def reason(library: str) -> Phrase:
    """What msgspec says of a field of a JSON body, in the reader's language."""
    if "missing required field" in library:
        return _("Please fill this in.")
    if found := re.search(r"length <= (\d+)", library):
        return _("Please use at most %(n)s characters.", n=found[1])
    if found := re.search(r"length >= (\d+)", library):
        return _("Please use at least %(n)s characters.", n=found[1])
    if found := re.search(r"`(?:int|float)` (<=|>=) (-?[\d.]+)", library):
        return _("At most %(most)s.", most=found[2]) if found[1] == "<=" else _("At least %(least)s.", least=found[2])
    if "enum value" in library:
        return _("This is not one of the choices.")
    if found := re.search(r"Expected `([^`]+)`, got `([^`]+)`", library):
        return _("This must be %(wanted)s, and is %(got)s.", wanted=found[1], got=found[2])
    return _("Please look at this again.")
