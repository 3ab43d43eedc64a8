"""A cause alone: without what leads to it and what is said behind it."""

from broadcasts.dispatch import lines
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern


def clean(text: str, lo: int, hi: int) -> Span | None:
    """Without the line in front, the words that lead to it, 需要 behind."""
    changed = True
    while changed and lo < hi:
        before = (lo, hi)
        if match := pattern("cause_lead").match(text, lo, hi):
            lo = match.end()
        for a, b in lines.find(text, lo, hi):
            if not text[lo:a].strip(" \t\n、,和及#") and not pattern("needs_object").fullmatch(text, b, hi):
                lo = b
        if match := pattern("cause_spot").match(text, lo, hi):
            lo = match.end()
        if match := pattern("cause_tail").search(text, lo, hi):
            hi = match.start()
        while lo < hi and text[lo] in ' \t\n:,、;的[]【】|{}"':
            lo += 1
        while lo < hi and text[hi - 1] in ' \t\n:,、;。![]【】|{}"':
            hi -= 1
        changed = (lo, hi) != before
    return (lo, hi) if hi - lo >= 2 and not pattern("no_cause").fullmatch(text, lo, hi) else None
