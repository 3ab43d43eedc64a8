"""What in a text belongs to one household: found, shown to the colleague, and left out of what goes into a group."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

import msgspec

from app.core.nameless import rules
from app.core.words import Phrase
from app.core.words import phrase as _

LABELS = {
    "id": _("identity number"), "account": _("account or meter number"), "phone": _("telephone"), "email": _("e-mail address"),
    "wechat": _("WeChat or QQ number"), "plate": _("car's number"), "room": _("room"), "name": _("name of a person"),
}  # fmt: skip
INSTEAD = {
    "id": _("[number left out]"), "account": _("[number left out]"), "phone": _("[telephone left out]"), "email": _("[address left out]"),
    "wechat": _("[number left out]"), "plate": _("[number left out]"), "room": _("[room left out]"), "name": _("this neighbour"),
}  # fmt: skip
NUMBERS = ("phone", "account")
WIDE = str.maketrans("０１２３４５６７８９－＠．　ＸＡＢＣＤＥＦＧ", "0123456789-@. XABCDEFG")


class Part(msgspec.Struct, frozen=True):
    """A stretch of a text; of a `kind` where it belongs to one household."""

    words: str
    kind: str = ""

    @property
    def label(self) -> Phrase:
        return LABELS[self.kind]

    @property
    def instead(self) -> str:
        return str(INSTEAD[self.kind]) if self.kind else self.words


class Text(msgspec.Struct, frozen=True):
    """A text in parts; `clean` is what may go into a group."""

    parts: Sequence[Part]

    @property
    def clean(self) -> str:
        return "".join(part.instead for part in self.parts)

    @property
    def taken(self) -> Sequence[Part]:
        return [part for part in self.parts if part.kind]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, re.compile(pattern)) for kind, pattern in rules().patterns()]


def read(words: str, *, names: Collection[str] = (), public: Collection[str] = ()) -> Text:
    """`names` are known to belong to the household; `public` are numbers that everybody may know, such as the manager's."""
    plain = words.translate(WIDE)
    taken: list[tuple[int, int, str]] = []
    for kind, found in _found(plain, names):
        free = all(found[1] <= start or found[0] >= end for start, end, _kind in taken)
        if free and not (kind in NUMBERS and _is_public(plain[found[0] : found[1]], public)):
            taken.append((*found, kind))
    return Text(list(_parts(words, sorted(taken))))


def _found(plain: str, names: Collection[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in sorted((name for name in names if len(name) >= 2), key=len, reverse=True):
        yield from (("name", one.span()) for one in re.finditer(re.escape(name), plain))
    for kind, pattern in _patterns():
        yield from ((kind, one.span()) for one in pattern.finditer(plain))


def _is_public(said: str, public: Collection[str]) -> bool:
    digits = re.sub(r"\D", "", said)
    return bool(digits) and (
        digits in rules().never or digits in {re.sub(r"\D", "", one) for one in public} or digits[:3] in ("400", "800")
    )


def _parts(words: str, taken: Sequence[tuple[int, int, str]]) -> Iterator[Part]:
    at = 0
    for start, end, kind in taken:
        if start > at:
            yield Part(words[at:start])
        yield Part(words[start:end], kind)
        at = end
    if at < len(words):
        yield Part(words[at:])
