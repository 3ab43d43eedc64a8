"""A pasted text into the notices that stand in it. Nothing is invented: what is not certain is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import msgspec

from app.core.errors import Refused
from app.core.words import phrase as _
from broadcasts.dispatch import areas, causes, kind, lines, matching, states, when, written
from broadcasts.dispatch.grid import Grid
from broadcasts.dispatch.pieces import Piece
from broadcasts.dispatch.places import Places
from broadcasts.dispatch.plain import Paste, Span, narrow
from broadcasts.dispatch.said import When
from broadcasts.dispatch.shapes import Doubt, Place, Reading
from broadcasts.dispatch.splitting import split
from broadcasts.dispatch.unwrapped import in_lines
from broadcasts.dispatch.vocabulary import pattern

LONGEST = 8_000


def read(text: str, *, today: date, places: Sequence[Place] | None = None, called: Mapping[str, str] | None = None) -> list[Reading]:
    """Every notice of the text, in its order. `places` are the grid's estates; without them names stay as written.
    `called` are dispatch's names for some of them, as somebody said who knows.

    Raises Refused for a text no dispatcher writes.
    """
    if len(text) > LONGEST:
        raise Refused(_("This text is too long to read: more than %(most)s characters. Please paste the notices only.", most=LONGEST))
    paste = in_lines(narrow(text))
    grid = Grid(places, called) if places is not None else None
    found = [_reading(paste, piece, today, grid) for piece in split(paste.plain, today)]
    return [one for one in found if one is not None]


def portions(text: str) -> Iterator[str]:
    """A long file in stretches that can be read each by itself, cut behind a blank line, or else behind a line."""
    while len(text) > LONGEST:
        cut = max(text.rfind("\n\n", 0, LONGEST), 0) or max(text.rfind("\n", 0, LONGEST), 0) or LONGEST
        yield text[:cut]
        text = text[cut:]
    yield text


def _reading(paste: Paste, piece: Piece, today: date, grid: Grid | None) -> Reading | None:
    text, sections = paste.plain, piece.sections
    sudden = kind.sudden(text, sections)
    times = when.read(text, sections, written.day(text, sections, today), sudden=sudden, far_from=today)
    line, line_spans = lines.read(text, sections)
    named = areas.read(text, sections, tuple(grid.places) if grid else ())
    what = kind.read(text, sections, has_place=bool(named.named), has_time=bool(times.windows), has_line=bool(line))
    if what.kind is None and named.named and times.windows:
        what = kind.of_neighbours(text, what)
    if what.kind is None and not what.doubtful:
        return None
    if what.kind in ("knowledge", "safety"):
        return _advice(paste, piece, what)
    if not (named.named or named.homeless) and times.windows and what.kind != "service":
        named = areas.of_who_signed(text, sections, tuple(grid.places) if grid else ())
    what = kind.with_lead(what, times.windows[0].start if times.windows else None, midnight(today))
    cause, cause_spans, long = causes.read(text, sections, sudden=what.kind == "fault_outage")
    if what.kind == "service" or (cause and _tells_where(cause, named)):
        cause, cause_spans, long = None, [], False
    if what.kind == "service":
        times = When()
    if what.by == "desk":
        named = Places()
    line, cause = _as_pasted(paste, line, line_spans), _as_pasted(paste, cause, cause_spans)
    reading = Reading(kind=what.kind, windows=times.windows, line=line, cause=cause, text=paste.span(piece.lo, piece.hi))
    reading.spans = _spans(paste, {"kind": what.spans, "windows": times.spans, "line": line_spans, "cause": cause_spans})
    doubts = [*_about_kind(what), *times.doubts]
    if long and cause:
        doubts.append(Doubt("cause", _("Is this the cause: %(said)s?", said=cause), cause_spans[0]))
    _places(paste, named, piece, grid, reading, doubts)
    reading.doubts = [_placed(paste, one) for one in doubts]
    return reading if _says_something(reading) else None


def _tells_where(cause: str, named: Places) -> bool:
    """炫彩嘉轩现在故障: that there is a fault and where, not what it is."""
    at = max((len(one.name) for one in named.named if cause.startswith(one.name)), default=0)
    return pattern("fault_alone").fullmatch(cause, at) is not None if at else pattern("fault_somewhere").fullmatch(cause) is not None


def _says_something(reading: Reading) -> bool:
    """A talk of outages in which none is told: figures of a month, a call for plans."""
    said = (reading.windows, reading.line, reading.cause, reading.estates, reading.buildings)
    return reading.kind == "service" or any(said) or any(one.field != "kind" for one in reading.doubts)


def _as_pasted(paste: Paste, value: str | None, spans: list[Span]) -> str | None:
    for lo, hi in spans if value else []:
        narrowed, pasted = ("".join(said.split()) for said in (paste.plain[lo:hi], paste.written(lo, hi)))
        value = value.replace(narrowed, pasted) if value else None
    return value


def _advice(paste: Paste, piece: Piece, what: kind.Kind) -> Reading:
    """A tip goes to everybody and has no hours, line or cause."""
    reading = Reading(kind=what.kind, text=paste.span(piece.lo, piece.hi), spans=_spans(paste, {"kind": what.spans}))
    if what.doubtful:
        reading.doubts.append(Doubt("kind", _("Which kind of notice is this?")))
    return reading


def _about_kind(what: kind.Kind) -> Iterable[Doubt]:
    if what.doubtful:
        yield Doubt("kind", _("Which kind of notice is this?"), what.spans[0] if what.spans else None)


def _places(paste: Paste, named: Places, piece: Piece, grid: Grid | None, reading: Reading, doubts: list[Doubt]) -> None:
    found = matching.match(named.named, grid)
    reading.estates, reading.buildings = found.estates, found.buildings
    if grid is None:
        reading.estates = [paste.lettered(name) for name in found.estates]
        reading.buildings = {paste.lettered(name): listed for name, listed in found.buildings.items()}
    if found.estates and not states.are_apart(piece.sections) and (open_ := partly(paste.plain, named)):
        doubts.append(Doubt("estates", _("Some have electricity again. Who is still without?"), open_))
    doubts += found.doubts
    if named.homeless:
        first = named.homeless[0]
        doubts.append(Doubt("buildings", _("Of which estate are these buildings?"), (first.lo, first.hi)))
        doubts.append(Doubt("estates", _("Of which estate are these buildings?"), (first.lo, first.hi)))
    own = {
        "estates": [one.spans[0] for one in named.named if one.spans],
        "buildings": [span for one in named.named for span in one.spans[1:]],
    }
    reading.spans |= _spans(paste, own)


def partly(text: str, named: Places) -> Span | None:
    """Where it is said that some have electricity again, while others have not."""
    lo, hi = named.named[0].lo if named.named else 0, len(text)
    start = text.rfind("\n\n", 0, lo) + 1
    back = pattern("partly_back").search(text, start, hi)
    return back.span() if back and pattern("still_dark").search(text, start, hi) else None


def _spans(paste: Paste, spans: dict[str, list[Span]]) -> dict[str, list[Span]]:
    return {name: [paste.span(*span) for span in listed] for name, listed in spans.items() if listed}


def _placed(paste: Paste, doubt: Doubt) -> Doubt:
    return msgspec.structs.replace(doubt, span=paste.span(*doubt.span)) if doubt.span else doubt


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
