"""The ways in which a cause is said: behind 因, as work that is done, beside a line, as a clause of its own."""

import re

from broadcasts.dispatch import lines, silent, tokens
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.trimmed import clean
from broadcasts.dispatch.vocabulary import pattern

LONGEST = 40
BEFORE = 8


def because(text: str, lo: int, hi: int) -> Span | None:
    """Behind 因 and the like; what only moves an outage is not why there is one."""
    for match in pattern("because_of").finditer(text, lo, hi):
        end = _told_until(text, match.end(), silent.until(text, match.end(), hi, ",。;!?\n:"))
        start = _past_leads(text, match.end(), end)
        stop = pattern("cause_end").search(text, start + 1, end)
        span = clean(text, start, stop.start() if stop else end)
        if span and span[1] - span[0] <= LONGEST and _is_cause(text[slice(*span)], told=True) and not _moves(text, span, hi):
            return span
    return None


def _told_until(text: str, lo: int, hi: int) -> int:
    """Up to a time, or to a space behind what is a cause by itself."""
    hi = min(hi, lo + 2 * LONGEST)
    times = [token.lo for token in tokens.lex(text, lo, hi) if token.kind in tokens.DAYS | tokens.CLOCKS]
    spaces = [at.start() for at in re.finditer(" ", text[lo:hi]) if pattern("done").search(text, lo, lo + at.start())]
    moved = pattern("put_off").search(text, lo, hi)
    return min([hi, *times, *(lo + at for at in spaces), *([moved.start()] if moved else [])])


def _moves(text: str, span: Span, hi: int) -> bool:
    """因天气原因改为…, 取消: why an outage is moved is not why there is one."""
    lo, end = silent.around(text, span[0], 0, hi)
    planned = pattern("(?:<formerly>)").search(text, lo, span[0]) or pattern("weather_only").match(text, *span)
    moved = pattern("moved").search(text, span[1], end) is not None
    late = pattern("delay").match(text, span[1], end) or pattern("moved").match(text, span[1], end)
    is_work = pattern("(?:<planned_work>)$").search(text, *span)
    put_off = pattern("put_off_to").search(text, span[1], end) or (moved and pattern("formerly").match(text, span[1] + 1, end))
    return late is not None or (planned is not None and moved) or bool(put_off and not is_work)


def _past_leads(text: str, lo: int, hi: int) -> int:
    """Behind 需要对, the line, 进行."""
    span = clean(text, lo, hi)
    return span[0] if span else lo


def making(text: str, lo: int, hi: int) -> Span | None:
    """雷击致…, 外力破坏造成…"""
    return _what(text, lo, hi, "cause_making")


def made_ready(text: str, lo: int, hi: int) -> Span | None:
    """为做好迎峰度夏设备消缺工作."""
    return _what(text, lo, hi, "making_ready")


def found_out(text: str, lo: int, hi: int) -> Span | None:
    """故障已找到,是电缆被挖断了."""
    return _what(text, lo, hi, "cause_found")


def stopping(text: str, lo: int, hi: int) -> Span | None:
    return _what(text, lo, hi, "stopping")


def verbal(text: str, lo: int, hi: int) -> Span | None:
    return _what(text, lo, hi, "cause_verbal")


def saying(text: str, lo: int, hi: int) -> Span | None:
    """供电所要换变压器. Of a fault such work is the mending."""
    return _what(text, lo, hi, "cause_said") or _as_it_stands(text, lo, hi, "cause_heard")


def planned(text: str, lo: int, hi: int) -> Span | None:
    return _as_it_stands(text, lo, hi, "planned_alone")


def _as_it_stands(text: str, lo: int, hi: int, name: str) -> Span | None:
    found = pattern(name).search(text, lo, hi)
    return found.span("what") if found else None


def _what(text: str, lo: int, hi: int, name: str) -> Span | None:
    found = (clean(text, match.start("what"), match.end("what")) for match in pattern(name).finditer(text, lo, hi))
    return next((span for span in found if span), None)


def worked_on(text: str, lo: int, hi: int) -> Span | None:
    """对分支箱及#2配变进行更换."""
    return _as_it_stands(text, lo, hi, "cause_worked_on")


def working(text: str, lo: int, hi: int) -> Span | None:
    """进行检修, 实施配网改造, 开展…"""
    for match in pattern("working_on").finditer(text, lo, hi):
        end = silent.until(text, match.end(), hi, ",。;!?\n:()")
        stop = pattern("cause_end").search(text, match.end() + 1, end)
        span = clean(text, match.end(), stop.start() if stop else end)
        if span and _is_cause(text[slice(*span)]) and pattern("(?:<cause_head>)<s>$").search(text, *span):
            return span
    return None


def beside_line(text: str, lo: int, hi: int) -> Span | None:
    """What is said right behind a line: 10kV宋北线937检修; or as a word before it: 检修10kV棉纺线,…"""
    for start, end in lines.find(text, lo, hi):
        aside = pattern("line_stretch").match(text, end, hi)
        behind = aside.end() if aside else end
        match = pattern("cause_behind").match(text, behind, hi) or pattern("work_behind").match(text, behind, hi)
        if match and (span := clean(text, match.start("what"), match.end("what"))):
            return span
        before = pattern("cause_before").search(text, max(lo, start - BEFORE), start + BEFORE)
        if before and before.end() <= start and pattern("clause_over").match(text, end, hi):
            return before.span()
    return None


def anywhere(text: str, lo: int, hi: int) -> Span | None:
    """A clause that is a cause and nothing else."""
    return next(
        (span for name in ("cause_alone", "cause_wrecked", "cause_broken", "cause_cell") if (span := _what(text, lo, hi, name))), None
    )


def _is_cause(said: str, *, told: bool = False) -> bool:
    known = pattern("cause_head").search(said) is not None or (told and len(said) > 2)
    return len(said) >= 2 and known and not any(token.kind in ("clock", "monthday", "full") for token in tokens.lex(said, 0, len(said)))


WAYS = (found_out, made_ready, because, making, stopping, worked_on, working, beside_line, anywhere, verbal, saying, planned)
"""The surest first."""
