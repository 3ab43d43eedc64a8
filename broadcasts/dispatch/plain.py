"""A pasted text narrowed for reading, each character with its place in what was pasted."""

import re
import unicodedata

import msgspec

from broadcasts.dispatch import spread
from broadcasts.dispatch.vocabulary import letters, pattern

Span = tuple[int, int]

# Dashes of all kinds, the wave that stands for "to", the ratio sign that stands for a colon.
ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe63\uff0d", "-"),
    **dict.fromkeys("\u301c\u223c\u02dc\uff5e", "~"),
    **dict.fromkeys("\u25a1\u25a0\ufffd\u25a2\u2588", "?"),
    "\u2236": ":",
    "\ufe30": ":",
    "\r": " ",
    "\u2028": "\n",
    "\u2502": "|",
    "\u3014": "(",
    "\u3015": ")",
    "\uff61": "\u3002",
    "\uff64": "\u3001",
}
UNSEEN = {"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"}
# A longer row of one character says nothing more.
MOST_ALIKE = 12
# O and l among figures are figures; before the first one only in a date or a time, for a line may be called I14.
FIGURES = re.compile(
    r"(?<![A-Za-z])(?:(?<=\d)[OolI]+(?![A-Za-z])"
    r"|[OolI]+(?=\d+[OolI]*[:\u65f6\u70b9\u65e5\u6708\u5e74\u5206])"
    r"|(?<=:)[OolI]{2}(?![A-Za-z\d])|(?<=\d:)[OolI](?=\d(?!\d))"
    r"|[Ool](?=\d*(?:[-~\u81f3\u3001]\d+)?(?:\u53f7\u697c|[\u680b\u5e62#])))"
)
AS_FIGURES = str.maketrans("OolI", "0011")
# 7:00一16:00: a dash that was taken for the numeral.
DASH = re.compile(r"(?<=:[0-5]\d)([ \t]*)\u4e00(?=[ \t]*[\dlIOo]{1,2}[:\u65f6\u70b9])")
# □临时 beside ☑计划.
TICKED = re.compile(r"[\u2611\u2612\u2713\u2714\u221a\u25a0]")
UNTICKED = re.compile(r"\u25a1\s*[^\s\u25a1\u2611\u2612\u2713\u2714\u221a\u25a0]+")
PUNCTUATION = "(),;:!"
KEYCAP = "\u20e3"
# 17:0010kV: a mark of direction that parts two figures.
PARTED = re.compile(r"(?<=\d)[\u200e\u200f\u202a-\u202e\u2066-\u2069]+(?=\d)")


class Paste(msgspec.Struct, frozen=True):
    source: str
    plain: str
    places: tuple[int, ...]
    """Where each character of `plain` stands in the text, and one more for its end."""

    def span(self, lo: int, hi: int) -> Span:
        """The characters lo to hi in the text as it was pasted."""
        return (self.places[lo], self.places[hi - 1] + 1) if hi > lo else (self.places[lo], self.places[lo])

    def written(self, lo: int, hi: int) -> str:
        """The narrowed words with the punctuation and the letters that were pasted: 電 where 电 was read."""
        pairs = ((self.source[self.places[at]], self.plain[at]) for at in range(lo, hi))
        return "".join(raw if read in PUNCTUATION or letters("letters").get(raw) == read else read for raw, read in pairs)

    def lettered(self, name: str) -> str:
        """A name put together of the text's letters, in the letters that were pasted."""
        pasted = (raw for raw in self.source if raw in letters("letters"))
        return name.translate({ord(letters("letters")[raw]): raw for raw in pasted})


def narrow(text: str) -> Paste:
    kept: list[str] = []
    places: list[int] = []
    run = 0
    left = {at for match in UNTICKED.finditer(text) if _is_ticked(text, match.start()) for at in range(*match.span())}
    for place, char in enumerate(PARTED.sub(lambda found: " " * len(found[0]), text)):
        run = run + 1 if place and (text[place - 1] == char or text[place - 1 : place + 1].isspace()) else 0
        narrowed = _one(char) if run < MOST_ALIKE and place not in left else ""
        kept += narrowed
        places += [place] * len(narrowed)
    plain = DASH.sub(r"\1-", FIGURES.sub(lambda found: found[0].translate(AS_FIGURES), "".join(kept)))
    plain = pattern("dotted").sub(lambda found: found[0].replace(".", ":"), plain)
    return _closed_up(Paste(text, plain, (*places, len(text))))


def _closed_up(paste: Paste) -> Paste:
    """Without the blanks and the lines' ends that a scanner or a form has put inside of words."""
    for found in (spread.parted, spread.blanks):
        left = found(paste.plain)
        kept = [at for at in range(len(paste.plain)) if at not in left]
        places = (*(paste.places[at] for at in kept), paste.places[-1])
        paste = Paste(paste.source, "".join(paste.plain[at] for at in kept), places)
    return paste


def _is_ticked(text: str, at: int) -> bool:
    """Whether another box of this line has its tick."""
    end = text.find("\n", at)
    return TICKED.search(text, text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)) is not None


def _one(char: str) -> str:
    if char in "\n\t" or " " <= char <= "~":
        return char
    if char == KEYCAP:
        return "\u3001"
    if char in ALIKE or char in letters():
        return ALIKE.get(char) or letters()[char]
    category = unicodedata.category(char)
    if category == "No" and unicodedata.name(char, "").startswith(("CIRCLED", "DINGBAT", "NEGATIVE")):
        return f"({unicodedata.normalize('NFKC', char)})" if unicodedata.decimal(char, None) is None else char
    if "\u2160" <= char <= "\u217f":
        return char
    narrowed = unicodedata.normalize("NFKC", char)
    if narrowed != char:
        return narrowed.replace("\u2044", "/")
    if category in UNSEEN:
        return ""
    return " " if category in ("So", "Sk", "Zs") else char
