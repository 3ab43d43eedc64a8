"""What stands between two marks of a list of places: one name, several that the grid knows, or no place any more."""

from collections.abc import Iterator

from broadcasts.dispatch.names import LONGEST, Named, clean, run_together
from broadcasts.dispatch.vocabulary import pattern, words

Known = tuple[str, ...]
BULLETS = " \n\t-*•·"


def is_over(raw: str, known: Known) -> bool:
    """Whether something else than places is said here."""
    said = raw.strip(BULLETS)
    if said in words("spoken_to") or any(said.startswith(name) for name in known) or pattern("(?:<sure_name>)(?=$|\\s|\\()").match(said):
        return False
    too_long = len(said) > LONGEST and "(" not in said
    return too_long or pattern("(?:<stops>|<contact>)").match(said) is not None or pattern("kv").search(said) is not None


def is_lit(raw: str) -> bool:
    """…不停电: of what the clause named before."""
    return pattern("(?:<not_dark>)\\W*$").search(raw.strip()) is not None


def named(raw: str, lo: int, known: Known) -> Iterator[Named]:
    """Usually one; several where names known to the grid stand side by side."""
    apart = _apart(raw, known)
    if len(apart) > 1:
        for at, name in apart:
            yield Named(name, lo + at, lo + at + len(name), spans=[(lo + at, lo + at + len(name))])
        return
    name, part = clean(raw)
    if name:
        at = lo + max(raw.find(name), 0)
        yield Named(name, at, lo + len(raw.rstrip()), part=part, vague=run_together(name), spans=[(at, at + len(name))])


def _apart(raw: str, known: Known) -> list[tuple[int, str]]:
    inside = sorted({(raw.find(name), name) for name in known if name in raw}, key=lambda one: (one[0], -len(one[1])))
    apart: list[tuple[int, str]] = []
    for at, name in inside:
        if not apart or at >= apart[-1][0] + len(apart[-1][1]):
            apart.append((at, name))
    return apart
