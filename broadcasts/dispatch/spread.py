"""Blanks and lines' ends that a scanner or a form has put inside of words."""

import re
from functools import cache
from itertools import pairwise

from broadcasts.dispatch.vocabulary import pattern, words

HAN = re.compile(r"[\u3400-\u9fff]")
SPACED = re.compile(r"[\u3400-\u9fff] +(?=[\u3400-\u9fff])")
# A space before a number that belongs to a name: 锦绣城 2号箱变, 望京西园 3区.
NUMBERED = re.compile(
    r"[\u3400-\u9fff](?<![\u95f4\u671f\u56f4\u8def\u56e0\u7535\u54cd\u53ca]) +"
    r"(?=\d{1,4}(?:\u53f7(?![\u697c\u680b\u5ea7])|[\u533a\u671f\u7ec4\u5f04\u793e\u961f]))"
)
# A line that breaks inside of a name: 、永|江乡, 何家洞|村、
BROKEN = re.compile(
    r"(?<=[\u3001,:][\u3400-\u9fff])\n(?=[\u3400-\u9fff]{2,12}[\u3001,\u3002\n])"
    r"|(?:(?<=\u3001[\u3400-\u9fff]{2})|(?<=\u3001[\u3400-\u9fff]{3}))\n(?=(?:\u5c0f\u533a|\u793e\u533a|\u6751)\n)"
    r"|(?<=[\u3400-\u9fff])\n(?=(?:\u6751|\u533a|\u82d1|\u56ed|\u5c0f\u533a|\u793e\u533a|\u82b1\u56ed|\u5bb6\u56ed|\u65b0\u6751)[\u3001,\u3002;])"
    r"|(?<=[kK][vV])[ \t]*\n[ \t]*(?=[\u3400-\u9fff]{2})"
    r"|(?<=[kK][vV][\u3400-\u9fff])\n(?=[\u3400-\u9fff]{1,5}\u7ebf)"
)
# 区  域: a label that a form spreads out.
APART = re.compile(r"^[ \t]*[\u3400-\u9fff][ \t]+(?=[\u3400-\u9fff][ \t]*:)", re.MULTILINE)
# 5月2 0日: a blank inside of a day's figures.
IN_DAY = re.compile(r"\u6708[ \t]*[0-3] +(?=\d[ \t]*[\u65e5\u53f7])")
MANY, SHARE = 8, 0.3
# One letter, or a figure or word in Latin letters, with the marks that stand at it.
LETTER = re.compile(r"[^\w\s]*(?:[\u3400-\u9fff]|[!-~]+)[^\w\s]*|[^\w\s]+")
WORD, LINE = re.compile(r"\S+"), re.compile(r"[^\n]+")
FEWEST, NEARLY, FULL = 4, 0.9, 0.7
MARKS = ",.:;!?\u3002\u3001)]"
Letters = list[re.Match[str]]


def parted(plain: str) -> set[int]:
    """1 0 k V 平 安 线: of lines whose letters are nearly all parted, where one is long; a wider gap stays one."""
    lines = [list(WORD.finditer(plain, *line.span())) for line in LINE.finditer(plain)]
    apart = [letters for letters in lines if _is_parted(letters)]
    if not any(len(letters) >= MANY for letters in apart):
        return set()
    full = FULL * max(map(len, apart))
    joined = {a.end() for letters in apart for a, b in pairwise(letters) if b.start() - a.end() == 1 and not _figures(a[0], b[0])}
    broken = (range(a[-1].end(), b[0].start()) for a, b in pairwise(apart) if len(a) >= full and _goes_on(plain, a, b))
    return joined.union(*broken)


def _goes_on(plain: str, line: Letters, after: Letters) -> bool:
    """A full line that ends inside of a word or a sentence; the next one is no heading, date or label."""
    ended = line[-1][0][-1] in MARKS or plain[line[-1].end() : after[0].start()].count("\n") != 1
    said = "".join(one[0] for one in after)
    return not ended and len(after) > 1 and not pattern("(?:<any_label>|\\d{1,2}[.\u3001)])").match(said)


def _is_parted(found: Letters) -> bool:
    if not found:
        return False
    single = sum(LETTER.fullmatch(one[0]) is not None for one in found)
    han = sum(HAN.search(one[0]) is not None for one in found)
    return single >= NEARLY * len(found) and han >= min(FEWEST, len(found))


def _figures(a: str, b: str) -> bool:
    """8:00 12:00 stay two; 2 0 2 6 are one."""
    return len(a) + len(b) > 2 and a[-1].isdigit() and b[0].isdigit()


def blanks(plain: str) -> set[int]:
    """A scanner puts a space behind every character: then they say nothing."""
    apart = list(SPACED.finditer(plain))
    if len(apart) < MANY or len(apart) < SHARE * len(HAN.findall(plain)):
        apart = list(NUMBERED.finditer(plain))
    apart += [*_spread().finditer(plain), *APART.finditer(plain), *IN_DAY.finditer(plain)]
    spaces = {at for match in apart for at in range(match.start() + 1, match.end()) if plain[at] in " \t"}
    return spaces | {at for match in BROKEN.finditer(plain) for at in range(*match.span())}


@cache
def _spread() -> re.Pattern[str]:
    """Words that a form spreads out: 检  修."""
    return re.compile("|".join(f"{word[0]} +(?={word[1:]})" for word in words("spread")))
