"""Numbers of notices, printed on posters and typed by hand: 260714-03, the third of 14 July 2026."""

import re
import unicodedata
from datetime import date

from sqlalchemy.orm import Session

from app.core import twins
from broadcasts.tables import NoticeCount

CODE = re.compile(r"\d{6}")
NUMBER = re.compile(r"(\d{6})(?:-?(?=\d\d)|-)(\d{1,4})")
ANYWHERE = re.compile(rf"(?<!\d)(?:{NUMBER.pattern}|(\d{{3}}-?\d{{3}}))(?!\d)")
"""The first run of digits that could be one or the other, in a sentence that was pasted whole."""
LONGEST = 2000
DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－_ \u3000"), "-")


def following(session: Session, day: date) -> str:
    """The next number of this day. One statement, so that two managers never get the same."""
    counted = twins.insert(session, NoticeCount).values(day=day, last=1)
    counted = counted.on_conflict_do_update(index_elements=["day"], set_={"last": NoticeCount.last + 1})
    last: int = session.execute(counted.returning(NoticeCount.last)).scalar_one()
    return f"{day:%y%m%d}-{last:02d}"


def is_number(said: str) -> bool:
    """Whether a notice could have it: what an address carries may be anything, also what no database takes."""
    return said.isascii() and bool(re.fullmatch(r"\d{6}-\d{2,6}", said))


def is_id(said: str) -> bool:
    """A draft has no number yet: its address carries its id."""
    return said.isascii() and said.isdigit() and len(said) < 19


def read(typed: str) -> tuple[str, str]:
    """What somebody typed or pasted: ("grid", code), ("notice", number, also with one digit at its end) or ("", "")."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST]).strip().translate(DASHES)
    said = plain.rpartition("/n/")[2].rpartition("/g/")[2].partition("?")[0].strip("/-")
    joined = re.sub(r"-+", "", said)
    if CODE.fullmatch(joined):
        return "grid", joined
    if found := NUMBER.fullmatch(re.sub(r"-+", "-", said)) or NUMBER.fullmatch(joined):
        return "notice", f"{found[1]}-{found[2].zfill(2)}"
    if found := ANYWHERE.search(plain):
        return ("notice", f"{found[1]}-{found[2].zfill(2)}") if found[1] else ("grid", found[3].replace("-", ""))
    return "", ""
