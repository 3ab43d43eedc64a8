"""From written to spoken: 10kV is said as ten kilovolts, 08:00–17:00 as eight to seventeen o'clock, a telephone digit by digit."""

import re
import tomllib
from pathlib import Path
from typing import Any

import cn2an

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "spoken.toml").read_text(encoding="utf-8"))
_UNITS = sorted(DATA["units"], key=len, reverse=True)
_RANGE = r"[-–—~～至]"
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?::[0-5]\d)?(?!\d)")
UNIT = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(map(re.escape, _UNITS))})(?![A-Za-z])")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
BETWEEN = re.compile(rf"(?<=\d)\s*{_RANGE}\s*(?=\d)")
TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|[48]00-\d{3,4}-\d{3,4}|\d{6}-\d{2,3}|\d{7,})(?!\d)")
YEAR = re.compile(rf"(\d{{4}})(?={DATA['year']})")
NAMED = re.compile(rf"(?<=[{''.join(DATA['named_before'])}])(\d+)")
LONG = re.compile(r"\d{5,}|(?<![\d.])0\d+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
TWO = re.compile(rf"(?<![\d.])2(?=\s?(?:{'|'.join(DATA['counted'])}))")
SPACE = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
PAUSES = re.compile(r"[，、\s]*，[，、\s]*")
LAST = re.compile(r"[，、]+(?=[。！？])|^[，、]+|[，、]+$")


def spoken(words: str) -> str:
    """As a voice says it. A range is read before its numbers, a unit before its letters."""
    said = TELEPHONE.sub(lambda found: digits(found[0], telephone=True), words.replace("\u200b", ""))
    said = BETWEEN.sub(DATA["to"], said)
    said = CLOCK.sub(_clock, said)
    said = PERCENT.sub(lambda found: cn2an.transform(found[0].replace("％", "%"), "an2cn"), said)
    said = UNIT.sub(lambda found: f"{_number(found[1])}{DATA['units'][found[2]]}", said)
    said = YEAR.sub(lambda found: digits(found[1]), said)
    said = NAMED.sub(lambda found: digits(found[1]), said)
    said = TWO.sub(DATA["two"], said)
    said = LONG.sub(lambda found: digits(found[0]), said)
    said = NUMBER.sub(lambda found: _number(found[0]), said)
    return _paused(said)


def digits(number: str, *, telephone: bool = False) -> str:
    """One by one; in a telephone number the one has a name of its own, so that it is not heard as seven."""
    names = list(DATA["digits"])
    if telephone:
        names[1] = DATA["one_in_a_telephone"]
    return "".join(names[int(sign)] for sign in number if sign.isdecimal())


def _clock(found: re.Match[str]) -> str:
    """20:00 without minutes, 8:05 with the zero that is said."""
    hour, minute = int(found[1]), int(found[2])
    told = DATA["two"] if hour == 2 else _number(str(hour))
    if minute == 0:
        return f"{told}{DATA['hour']}"
    zero = DATA["zero"] if minute < 10 else ""
    return f"{told}{DATA['hour']}{zero}{_number(str(minute))}{DATA['minute']}"


def _number(text: str) -> str:
    whole, _point, part = text.partition(".")
    if len(whole) > 12 or not whole.isascii():
        return digits(text)
    said = str(cn2an.an2cn(str(int(whole))))
    return said + DATA["point"] + digits(part) if part else said


def _paused(said: str) -> str:
    for sign, told in DATA["signs"].items():
        said = said.replace(sign, told)
    return LAST.sub("", PAUSES.sub("，", SPACE.sub("", said)))
