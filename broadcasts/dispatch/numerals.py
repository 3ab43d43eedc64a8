"""Figures and numerals."""

import re

import cn2an

MISREAD = str.maketrans("OoIl", "0011")
MOST = 200
ROUND_ZERO, ZERO = "\u25cb", "\u3007"


def number(text: str) -> int | None:
    """8, 08, 八, 二十五, 二〇二六. None for what is no number."""
    text = text.translate(MISREAD).replace(ROUND_ZERO, ZERO)
    if text.isascii():
        return int(text) if text.isdigit() else None
    try:
        return int(cn2an.cn2an(text, "smart"))
    except (ValueError, KeyError, IndexError):
        return None


def numeral(figure: int) -> str:
    return str(cn2an.an2cn(figure))


def span_of(first: str, last: str) -> list[str]:
    """The numbers from one to another: 1 to 6, A to C; none for what counts backwards or too far."""
    if first == last:
        return [first]
    head, low = _split(first)
    other, high = _split(last)
    if low is None and high is None and len(first) == len(last) == 1 and first < last:
        return [chr(code) for code in range(ord(first), ord(last) + 1)]
    if low is None or high is None or (other and other != head) or not 0 < high - low <= MOST:
        return []
    return [f"{head}{one}" for one in range(low, high + 1)]


def _split(said: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(\D*)(\d+)", said)
    return (found[1], int(found[2])) if found else (said, None)
