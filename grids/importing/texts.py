"""Bytes into words: which encoding a file has, and words that were once read in the wrong one."""

import re
import unicodedata
from collections.abc import Iterable

from charset_normalizer import from_bytes

from app.core.errors import Refused
from app.core.words import phrase as _

SAMPLE = 200_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd]")
# Zero-width and direction marks: seen in shop names, and able to turn a line of text round.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Refused for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16"), "UTF-16"
    if b"\x00" in data:
        raise Refused(_("This is not a table: it holds bytes that no text has. Please save it as .xlsx or .csv."))
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or not _PRIVATE.search(text[:SAMPLE]):
            return text, name
    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        raise Refused(_("The characters of this file cannot be read. Please save it as CSV UTF-8 or .xlsx."))
    return _as(data, best.encoding), best.encoding.upper().replace("_", "-")


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(_("The characters of this file cannot be read. Please save it as CSV UTF-8 or .xlsx.")) from error


def clean(text: str, longest: int = 200) -> str:
    """One line without unseen marks; a cell of punctuation alone is empty."""
    line = " ".join(_UNSEEN.sub("", text).split())[:longest]
    return line if any(char.isalnum() for char in line) else ""


def plain(text: str) -> str:
    """For comparing: full-width forms made narrow, no spaces, no capitals."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Wrong:
    """A way in which Chinese words were once read wrongly, and the way back."""

    def __init__(self, read_as: str, was: str) -> None:
        self.read_as, self.was = read_as, was

    def mend(self, text: str) -> str | None:
        """The words as they were; None where bytes were lost on the way."""
        try:
            back = _narrow(text) if self.read_as == "cp1252" else text.encode(self.read_as)
            mended = back.decode(self.was)
        except UnicodeError:
            return None
        return mended if _HAN.search(mended) and not _PRIVATE.search(mended) else None


WRONGS = (Wrong("cp1252", "utf-8"), Wrong("cp1252", "gb18030"), Wrong("gb18030", "utf-8"))


def wrong(cells: Iterable[str]) -> Wrong | None:
    """How a sheet was misread, if most of its foreign-looking cells say the same. One odd name is no proof."""
    odd = [cell for cell in cells if not cell.isascii()][:300]
    for way in WRONGS:
        suspects = [cell for cell in odd if way.was == "utf-8" or not _HAN.search(cell)]
        mended = sum(way.mend(cell) is not None for cell in suspects)
        if len(odd) >= 2 and mended >= 2 and mended > 0.6 * len(odd):
            return way
    return None


def garbled(text: str) -> bool:
    """Still looks misread: Latin letters with marks in a row, as no name has them."""
    return bool(re.search(r"[\u0080-\u00ff\u0152-\u017e\u2013-\u2122]{3}", text)) and not _HAN.search(text)


def _narrow(text: str) -> bytes:
    """Windows-1252 back to bytes; the five that it lacks come as control characters."""
    return b"".join(char.encode("cp1252") if ord(char) > 0xFF or not 0x80 <= ord(char) < 0xA0 else bytes([ord(char)]) for char in text)
