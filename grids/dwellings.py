"""Buildings and homes as people write them: which writings are one, which are two, and which nobody can tell.

Neighbours who are taken for one household read each other. So every sign counts that may tell two homes apart, and only what is known
to say nothing (号, 栋, 室, the unit's name between two numbers) is left out: two writings that may be two homes are two.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

NUMBER, LETTER, STEM, SIDE, NAME = "number", "letter", "stem", "side", "name"
OWN = {NUMBER, LETTER, STEM, SIDE, NAME}
DASHES = re.compile("[\u2010-\u2015\u2212\u2500\ufe63]")


def building(said: str) -> str:
    """What tells it from its neighbours: 2 for 2号楼, 二栋 and 第2幢; 甲2, 1区3, 314-A for those of more parts."""
    text = _pattern("house").sub(_between(), _pattern("ordinal").sub("", _figures(said)))
    return _joined(text) or tidy(said)


def room(said: str) -> str:
    """The home within its building: 2-501 for 2单元501, 二单元501室 and 2门501; 2层东 for 2楼东户."""
    text = _pattern("basement").sub(_word("minus"), _pattern("ordinal").sub("", _figures(said)))
    text = _pattern("storey").sub(_word("floor"), _pattern("unit").sub("-", text))
    text = _pattern("named_floor").sub("", _pattern("door").sub(_between(), text))
    return _joined(text) or tidy(said)


def tidy(said: str) -> str:
    """As it was said, without spaces and wide letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))


def meant(said: str, names: Iterable[str], estate: str = "") -> str | None:
    """The one of an estate's buildings that is meant; None where it is none of them, or may be several."""
    said, names = tidy(said).removeprefix(tidy(estate)), list(names)
    if said in names or not said:
        return said or None
    alike = [name for name in names if building(name) == building(said)] or _with_its_area(said, names)
    return alike[0] if len(alike) == 1 else None


def may_be(one: str, other: str) -> bool:
    """Whether one may be said for the other: nothing in them contradicts, though one of them says more."""
    mine, theirs = _parts(one), _parts(other)
    return all(mine[it] <= theirs[it] or theirs[it] <= mine[it] for it in mine.keys() & theirs.keys())


def like(said: str, names: Iterable[str], estate: str = "") -> list[str]:
    """Those of an estate's buildings that may be meant, because something in both is the same."""
    said = tidy(said).removeprefix(tidy(estate))
    return [name for name in names if may_be(said, name) and _parts(said).keys() & _parts(name).keys()]


def parted(building_said: str, room_said: str) -> tuple[str, str]:
    """What is said of the building in the field of the room, and of the unit in that of the building, stands where it belongs."""
    if found := _pattern("houses").fullmatch(_figures(room_said)):
        again = building(found["building"]) == building(building_said)
        return building_said if again else f"{building_said}{found['building']}", found["room"].lstrip("-/")
    if found := _pattern("units").fullmatch(_figures(building_said)):
        return found["building"], found["room"] + room_said
    return building_said, room_said


def _with_its_area(said: str, names: Collection[str]) -> list[str]:
    """3号楼 may be said for 1区3号楼 where the estate has no other 区."""
    mine, known = _parts(said), [(name, _parts(name)) for name in names]
    longer = [(name, parts) for name, parts in known if mine.keys() < parts.keys() and _only(mine, parts) == mine]
    alone = [name for name, parts in longer if all(_is_alone(key, known) for key in parts.keys() - mine.keys())]
    return alone if len(longer) == 1 and not mine.keys() - OWN else []


def _only(some: Mapping[str, frozenset[str]], parts: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {key: value for key, value in parts.items() if key in some}


def _is_alone(key: str, known: Iterable[tuple[str, Mapping[str, frozenset[str]]]]) -> bool:
    return key not in OWN and len({parts[key] for _name, parts in known if key in parts}) == 1


def _parts(said: str) -> dict[str, frozenset[str]]:
    """Its number, letter, side and name, and of which 区, 期 or 院 it is."""
    left, found = building(said), dict[str, set[str]]()

    def take(key: str) -> Callable[[re.Match[str]], str]:
        def keep(match: re.Match[str]) -> str:
            groups = match.groupdict()
            found.setdefault(groups.get("unit") or key, set()).add(groups.get("value") or match[0])
            return "-"

        return keep

    for key, pattern in (("", _pattern("part")), (NUMBER, re.compile(r"\d+")), (LETTER, re.compile("[A-Z]+"))):
        left = pattern.sub(take(key), left)
    for key in (STEM, SIDE):
        left = _pattern(key).sub(take(key), left)
    re.sub(r"[^\W_]+", take(NAME), left)
    return {key: frozenset(values) for key, values in found.items()}


def _figures(said: str) -> str:
    """Capitals, figures for numerals, no spaces but between two numbers; of other signs only dashes, + and /, which parts as well."""
    text = DASHES.sub("-", unicodedata.normalize("NFKC", said)).upper().translate(_letters())
    text = re.sub(r"\s+", "", re.sub(r"(?<=\d)\s+(?=\d)", "/", text.strip()))
    text = _pattern("numeral").sub(_figure, re.sub(r"[^\w+-]|_", "/", text))
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def _figure(match: re.Match[str]) -> str:
    """Next to a number it is another one. The reader of numerals is loaded by who meets one, not by every worker."""
    import cn2an

    try:
        said = str(int(cn2an.cn2an(match[0], "smart")))
    except (ValueError, KeyError, IndexError):
        return match[0]
    text, (start, end) = match.string, match.span()
    before, after = text[start - 1 : start].isdigit(), text[end : end + 1].isdigit()
    return "-" * before + said + "-" * after


def _between() -> Callable[[re.Match[str]], str]:
    """Between two numbers or letters it parts them, else it says nothing."""

    def left(match: re.Match[str]) -> str:
        text, (start, end) = match.string, match.span()
        return "-" if text[start - 1 : start].isascii() and text[end : end + 1].isascii() else ""

    return left


def _joined(text: str) -> str:
    """The numbers, letters and signs that are left, a dash where two of them would run together."""
    text = re.sub("[-/]+", "-", text)
    return re.sub(r"-(?![0-9A-Z+])|(?<![0-9A-Z+])-", "", text)


def _word(name: str) -> str:
    return str(_data()["patterns"][name])


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_word(name))


@cache
def _letters() -> dict[int, int]:
    told = _data()["letters"]
    return str.maketrans(told["written"], told["read"])


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
