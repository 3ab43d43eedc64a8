"""What parts two names of a list where no mark does it: a space, 和, the number of a door."""

from broadcasts.dispatch.vocabulary import pattern, words

Known = tuple[str, ...]
LEAST = 3
HAS_ENDED = "(?:<place_end>|<part>|<tails>|\\)|\\d)$"


def space(before: str, after: str, *, enumerated: bool) -> bool:
    """A space ends a name where nothing else parts the names, or where what stands before looks like one."""
    if not before or not after:
        return False
    return not enumerated or pattern("(?:<place_end>|<tails>|<part>)$").search(before) is not None or before.endswith(")")


def conjunction(text: str, at: int, hi: int, before: str, known: Known, *, after_list: bool) -> str:
    """和, 及, 与 between two names; "" inside of one."""
    word = next((word for word in words("and") if text.startswith(word, at)), "")
    if not word or (not before and not after_list) or _begins_name(text, at, known):
        return ""
    after = text[at + len(word) : hi].strip()
    if word in words("always_and") and min(len(before), len(after)) >= LEAST:
        return word
    ended = after_list or any(before.endswith(name) for name in known) or pattern(HAS_ENDED).search(before)
    return word if after and ended else ""


def _begins_name(text: str, at: int, known: Known) -> bool:
    """和平里, 及第村."""
    return any(text.startswith(name, at) for name in (*words("not_and"), *known))


def door(before: str, known: Known) -> bool:
    """1-20号 behind an estate; behind a street it is an address."""
    return before in known or pattern("numbered_estate").search(before) is not None
