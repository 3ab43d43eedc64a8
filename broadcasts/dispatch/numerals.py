"""Figures and numerals."""

import cn2an

MISREAD = str.maketrans("OoIl", "0011")
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
