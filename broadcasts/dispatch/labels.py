"""Where the labels of a text stand: before a colon, in brackets, before a space, or right before what they tell."""

import re

import msgspec

from broadcasts.dispatch.vocabulary import pattern

KINDS = ("published", "end", "start", "span", "other", "cause", "kind", "building", "area", "line", "time")

# What a notice tells under labels.
TOLD = ("time", "area", "line", "cause")
# Labels without a colon count where several stand in a text, and are of four letters and a space at least.
LONG, MANY = 4, 2


class Label(msgspec.Struct, frozen=True):
    kind: str
    lo: int
    hi: int


def labels(text: str, lo: int, hi: int) -> list[Label]:
    found = [_label(match) for match in pattern("labelled").finditer(text, lo, hi)]
    for name in ("bracket_label", "label_is", "asked_label"):
        taken = [(one.lo, one.hi) for one in found]
        more = [_label(match) for match in pattern(name).finditer(text, lo, hi)]
        found += [one for one in more if not any(a < one.hi and one.lo < b for a, b in taken)]
    spaced = [_label(match) for match in pattern("spaced_label").finditer(text, lo, hi)]
    if not _is_form(found + spaced):
        spaced = [one for one in spaced if one.hi - one.lo > LONG]
    if len(spaced) >= MANY:
        found += [one for one in spaced if not any(known.lo < one.hi and one.lo < known.hi for known in found)]
    return sorted([*found, *_glued(text, lo, hi, found)], key=lambda one: one.lo)


def _glued(text: str, lo: int, hi: int, found: list[Label]) -> list[Label]:
    """停电线路10kV人民南线,停电原因更换环网柜: with nothing behind it a word is a label where others are."""
    glued = [_label(match) for match in pattern("glued_label").finditer(text, lo, hi)]
    own = [one for one in glued if not any(known.lo < one.hi and one.lo < known.hi for known in found)]
    told = {one.kind for one in found if one.kind in TOLD}
    return own if len(told | {one.kind for one in own}) >= MANY else []


def _is_form(found: list[Label]) -> bool:
    """Time, place and line or cause, each behind its word: then also short words without a colon are labels."""
    kinds = {one.kind for one in found}
    return {"time", "area"} <= kinds and bool(kinds & {"line", "cause"})


def _label(match: re.Match[str]) -> Label:
    kind = next((name for name in KINDS if match.groupdict().get(name)), "other")
    return Label(kind, match.start(), match.end())
