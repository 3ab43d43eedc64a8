"""Building numbers: 1-6号楼, 1、3、5号楼, 甲1号楼, A-C座, 1#楼, 101-107号楼."""

import re
from collections.abc import Iterator

import msgspec

from broadcasts.dispatch.numerals import number, span_of
from broadcasts.dispatch.vocabulary import pattern

PLAIN = "\u53f7\u697c"
ODD = "\u5355\u5947"
BARE = "\u53f7"
RANGE = re.compile(r"[-~\u81f3\u5230]")


class Block(msgspec.Struct, frozen=True):
    """One building, or all from one to another."""

    first: str
    last: str
    unit: str

    def names(self) -> list[str]:
        """As dispatch would write each of them; empty for a range that counts backwards or too far."""
        return [f"{one}{self.unit}" for one in span_of(self.first, self.last)]


class Listed(msgspec.Struct, frozen=True):
    """A list of buildings as it stands in the text."""

    lo: int
    hi: int
    blocks: tuple[Block, ...]


def find(text: str, lo: int, hi: int) -> Iterator[Listed]:
    """Every list of buildings between lo and hi, with all that belongs to it."""
    at = lo
    while match := pattern("<parity>|<block>").search(text, at, hi):
        if match["odd"] or match["odd_of"]:
            yield _every_second(match)
            at = match.end()
            continue
        start, elements = _backwards(text, at, match)
        end, more = _forwards(text, match.end(), hi, elements)
        yield Listed(start, end, tuple(_joined(more)))
        at = end


def _every_second(match: re.Match[str]) -> Listed:
    """双号楼(2-10号), 2-10号楼里的双号楼: 2, 4, 6, 8 and 10."""
    groups = ("odd", "unit_of", "first", "last") if match["odd"] else ("odd_of", "unit_behind", "first_of", "last_of")
    said, unit, first, last = match.group(*groups)
    odd, unit = said in ODD, PLAIN if unit == BARE else unit
    numbers = (no for no in span_of(first, last) if int(no) % 2 == odd)
    return Listed(*match.span(), tuple(Block(no, no, unit) for no in numbers))


def before_comma(text: str, listed: Listed) -> list[Listed]:
    """A栋、B栋,C栋不停: what is lit are those behind the comma."""
    comma = text.rfind(",", listed.lo, listed.hi)
    before = list(find(text, listed.lo, comma)) if comma > 0 else []
    return before if before and before[-1].hi == comma else []


Element = tuple[str, str, bool]
"""A number, its unit, and whether a range leads to it."""


def _backwards(text: str, lo: int, core: re.Match[str]) -> tuple[int, list[Element]]:
    elements, start = [(core["no"], core["unit"], False)], core.start()
    while before := _last(text, lo, start):
        no, unit, separator = before["no"], before["unit"] or "", before["sep"]
        elements[0] = (*elements[0][:2], RANGE.search(separator) is not None)
        elements.insert(0, (no, unit, False))
        start = before.start()
    return start, elements


def _last(text: str, lo: int, hi: int) -> re.Match[str] | None:
    window = max(lo, hi - 14)
    found = [match for at in range(window, hi) if (match := _before().match(text, at, hi))]
    return found[0] if found and not _cut(text, found[0].start(), lo) else None


def _before() -> re.Pattern[str]:
    return pattern("block_before")


def _cut(text: str, at: int, lo: int) -> bool:
    """The number would be the tail of a longer one, or a numeral of a name: 十五、六号楼 is left alone."""
    char = text[at - 1] if at > lo else ""
    return char.isascii() and (char.isdigit() or char.isalpha())


def _forwards(text: str, at: int, hi: int, elements: list[Element]) -> tuple[int, list[Element]]:
    follow = pattern("(?P<sep><block_sep>)(?P<no><block_no>)<s>(?P<unit><block_unit>|#<no_block>)")
    while match := follow.match(text, at, hi):
        elements.append((match["no"], match["unit"], RANGE.search(match["sep"]) is not None))
        at = match.end()
    return at, elements


def _joined(elements: list[Element]) -> Iterator[Block]:
    """Each number with its own unit or the next one's; two with a range between them as one block."""
    unit = elements[-1][1]
    units: list[str] = []
    for _no, own, _ranged in reversed(elements):
        unit = own if own not in ("", BARE) else unit
        units.insert(0, unit)
    at = 0
    while at < len(elements):
        first = plain(elements[at][0])
        ranged = at + 1 < len(elements) and elements[at + 1][2]
        last = plain(elements[at + 1][0]) if ranged else first
        yield Block(first, last, PLAIN if units[at].startswith("#") or units[at].endswith((PLAIN, "\u5bb6\u697c")) else units[at])
        at += 2 if ranged else 1


def plain(no: str) -> str:
    """Numerals as figures: 十二 is 12, #3 is 3, 01 is 1."""
    no = no.lstrip("#")
    if (head := re.match(r"[\u7532\u4e59]|[\u4e19\u4e01]", no)) and (figure := number(no[1:])) is not None:
        return f"{head[0]}{figure}"
    figure = number(no) if not re.search(r"[0-9A-Za-z]", no) else None
    if figure is not None:
        return str(figure)
    return re.sub(r"^(\D*)0+(?=\d)", r"\1", no)


def bare(said: str) -> list[Block]:
    """6号、8号, or 6、8 alone: of what kind they are the list before them tells."""
    said = f"{said.strip().rstrip(BARE)}{BARE}"
    found = numbered(said, 0, len(said))
    return list(found.blocks) if found else []


def numbered(text: str, lo: int, hi: int) -> Listed | None:
    """弄 and their like: 1-20号 right behind the name."""
    found = pattern("door_numbers").match(text, lo, hi)
    if not found:
        return None
    parts = re.findall(r"(\d+)\u53f7?\s*([^\d\u53f7]*)", found["list"])
    elements = [(no, BARE, at > 0 and RANGE.search(parts[at - 1][1]) is not None) for at, (no, _sep) in enumerate(parts)]
    return Listed(lo, found.end(), tuple(Block(b.first, b.last, BARE) for b in _joined(elements)))
