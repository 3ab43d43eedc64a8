"""Single cells: numbers as people write them, degrees, telephones, opening hours, ways to pay."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberType as Type

from grids.hours import chinese_hours
from grids.importing.texts import clean

_NUMBER = re.compile(r"^\D*?(\d+)(?:\.0+)?\D*$")
_DEGREES = re.compile(r"^[NSEW]?\s*([-+]?\d{1,3}(?:\.\d+)?)\s*°?\s*[NSEW]?$", re.IGNORECASE)
_SHORT = re.compile(r"^(9[56]\d{3,4}|12345|100\d\d)$")
_BUSINESS = (Type.FIXED_LINE, Type.TOLL_FREE, Type.SHARED_COST, Type.UAN, Type.PREMIUM_RATE)
MOST = 100_000


def count(text: str) -> int | None:
    """65 of "65栋", 1320 of "1,320户". None where two numbers stand or none."""
    found = _NUMBER.match(re.sub(r"(?<=\d)[,\s](?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", text)))
    number = int(found[1]) if found and len(found[1]) <= 9 else None
    return number if number is not None and number <= MOST else None


def degrees(text: str) -> float | None:
    found = _DEGREES.match(unicodedata.normalize("NFKC", text).strip())
    return float(found[1]) if found else None


def pair(text: str) -> tuple[str, str]:
    """Two halves of a cell that holds both, in the order in which they stand."""
    halves = [half for half in re.split(r"[,;\s\u3001]+", unicodedata.normalize("NFKC", text).strip(" ()[]")) if half]
    return (halves[0], halves[1]) if len(halves) == 2 else (text.strip(), text.strip())


def address(text: str) -> str:
    """A web address leads nobody to a door."""
    said = clean(text)
    return "" if re.match(r"(https?:|www\.)", said, re.IGNORECASE) else said


def phones(text: str, area_code: str = "") -> tuple[str, int]:
    """The business telephones of a cell, and how many mobile numbers were left out: those are people's."""
    kept: list[str] = []
    people = 0
    for said in re.split(r"[;,/\u3001|\n]|\s{2,}", unicodedata.normalize("NFKC", text)):
        only = re.sub(r"[^\d*+x-]", "", said)
        if "*" in only or re.fullmatch(r"(\+?86-?)?1[3-9]\d{9}", only):
            people += 1
        elif number := _business(only, area_code):
            kept.append(number)
    return ";".join(dict.fromkeys(kept)), people


def _business(said: str, area_code: str) -> str:
    if _SHORT.match(said):
        return said
    code = re.sub(r"\D", "", area_code)
    local = re.fullmatch(r"([2-8]\d{6,7})(-\d{1,6})?", said)
    if local:
        # Without its area code a number leads nowhere for who calls with a mobile.
        return f"{code}-{said}" if re.fullmatch(r"0\d{2,3}", code) else ""
    number, _dash, extension = said.partition("-") if said.count("-") == 1 and re.match(r"0\d{9,11}-", said) else (said, "", "")
    try:
        read = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(read) or phonenumbers.number_type(read) not in _BUSINESS:
        return ""
    shown = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", "-")
    return f"{shown}-{extension}" if extension else shown


def opening(text: str) -> str | None:
    """Hours in OSM's notation; Chinese ones are put into it. None where they cannot be read."""
    return chinese_hours.read(clean(text, 255), of_file=True)
