"""Names of places: cleaned of what is said around them, and those that share a stem or a unit set apart."""

import re

import msgspec

from broadcasts.dispatch.blocks import Block, Listed
from broadcasts.dispatch.numerals import number, numeral
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern, strip_end, words

LONGEST = 30
MOST = 14
OF = "\u7684"
HAN = re.compile(r"[\u3400-\u9fff]")


class Named(msgspec.Struct):
    """One place of the list. `part`: only some of it; `vague`: what exactly is left open (groups of a village)."""

    name: str
    lo: int
    hi: int
    blocks: list[Block] = []
    but: list[Block] = []
    part: bool = False
    unclear: bool = False
    """An exception is said of its buildings, and which they are is not certain."""
    vague: bool = False
    loose: str = ""
    """Figures in brackets that may be buildings: (101、102)."""
    spans: list[Span] = []

    def give(self, listed: Listed) -> None:
        """These buildings are of it; one below another, 3号楼A座, is one building."""
        single = len(listed.blocks) == 1 and listed.blocks[0].first == listed.blocks[0].last
        below = bool(self.blocks) and self.blocks[-1].unit != listed.blocks[0].unit
        if below and self.hi == listed.lo and single and self.blocks[-1].first == self.blocks[-1].last:
            before, here = self.blocks[-1], listed.blocks[0]
            self.blocks[-1] = Block(before.first + before.unit + here.first, before.last + before.unit + here.last, here.unit)
        else:
            self.blocks += listed.blocks
        self.hi = listed.hi
        self.spans.append((listed.lo, listed.hi))


def clean(raw: str) -> tuple[str, bool]:
    """The name alone, and whether it was said that only a part is meant."""
    name = re.sub(r"\s+", "", raw)
    if pattern("(?:<not_dark>)$|^(?:<except_words>)").search(name):
        return "", False
    name = re.sub(r"^(?:[-*\u2022\u00b7>]+|\(?\d{1,2}[.)\u3001](?!\d))", "", name)
    name = pattern("quoted").sub(r"\g<name>", pattern("households").sub("", pattern("asked_of").sub("", name)))
    name = re.sub(r"\u7b49\d+\u4e2a.*$", "", name)
    name, of_half = pattern("odd_or_even").subn("", pattern("(?:<units>)$").sub("", name))
    name = pattern("how_many").sub("", name).removeprefix(OF)
    name = pattern("in_district").sub("", pattern("lying_in").sub("", pattern("led_up").sub("", name)))
    part = bool(of_half) or pattern("its_transformer").search(name) is not None
    name = (
        pattern("numbered_gear").sub("", pattern("its_transformer").sub("", name), count=0)
        if not pattern("numbered_gear").search(pattern("its_transformer").sub("", name))
        else ""
    )
    while name.startswith(words("item_lead")):
        cut = next(word for word in words("item_lead") if name.startswith(word))
        part |= cut in words("part")
        name = name[len(cut) :].lstrip(":")
    while True:
        shorter = pattern("all_of_them").sub("", _bare(name))
        ending = next((word for word in words("part") if shorter.endswith(word)), "")
        if not ending:
            break
        name, part = shorter[: -len(ending)], True
    if pattern("(?:<not_dark>)$").search(shorter):
        return "", False
    return shorter.strip("\"'\u201c\u201d\u300a\u300b\u300c\u300d. "), part


def _bare(name: str) -> str:
    """Without what is said behind it; of a street's shops the street alone would say too much."""
    bare = strip_end(name, "tails")
    shops = pattern("shops_of_a_street").match(name, len(bare))
    return bare + (shops[0] if shops else "")


def is_name(name: str) -> bool:
    if (
        len(name) < 2
        or name in words("nobody") + words("spoken_to")
        or len(name) > LONGEST
        or pattern("pointing").match(name)
        or pattern("spoken").search(name)
    ):
        return False
    return HAN.search(name) is not None and not pattern(
        "(?:<publisher>|<government>|<substation>|<line>|<gear_name>|<main_transformer>|<generic_gear>|\\d{7,}|.*[做搞].{0,8}(?:<cause_strong>))$"
    ).fullmatch(name)


def shared(named: list[Named]) -> list[Named]:
    """望京西园一、二、三区: the first one's stem and the last one's unit belong to all."""
    unit = ""
    for one in reversed(named):
        found = pattern("<number_and_unit>$").search(one.name)
        unit = found["unit"] if found else unit if pattern("ends_in_number").search(one.name) else ""
        if not found and unit:
            one.name += unit
    kept: list[Named] = []
    for one in named:
        kept += _spread(_stemmed(one, kept))
    return kept


def _stemmed(one: Named, kept: list[Named]) -> Named:
    here = pattern("part_alone").fullmatch(one.name)
    before = pattern("^(?P<stem>.{2,}?)<part_alone>$").match(kept[-1].name) if kept else None
    if here and before and here["unit"] == before["unit"]:
        one.name = before["stem"] + one.name
    return one


def doubtful(name: str) -> bool:
    """Words in it that no name has, or a length that few names have."""
    bare = re.sub(r"\([\u3400-\u9fff]+\)", "", name)
    no_name = pattern("no_name").search(bare) and not pattern("sure_name").fullmatch(bare)
    return bool(no_name) or (len(name) > MOST and not pattern("(?:<place_end>)$").search(name))


def is_word(name: str) -> bool:
    """What a notice says of itself, and no place: 检修; but 检修新村 is one."""
    return pattern("no_subject").search(name) is not None and pattern("sure_name").fullmatch(name) is None


def run_together(name: str) -> bool:
    """北环新村北环小学 may be two."""
    return pattern("run_together").search(name) is not None


def _spread(one: Named) -> list[Named]:
    """望京西园一至三区 as three, 一期二期 as two; of a village's groups only that they are some."""
    if pair := pattern("paired_parts").match(one.name):
        return [msgspec.structs.replace(one, name=f"{pair['stem']}{pair[part]}{pair['unit']}") for part in ("a", "b")]
    found = pattern("numbered_parts").match(one.name)
    if not found:
        one.vague |= pattern("groups").search(one.name) is not None
        return [one]
    first, last = number(found["a"]) or 0, number(found["b"]) or 0
    written = [str(n) if found["a"].isascii() else numeral(n) for n in range(first, last + 1)]
    return [msgspec.structs.replace(one, name=f"{found['stem']}{it}{found['unit']}") for it in written] or [one]
