"""The tokens of a notice in their order, and what stands between them."""

from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.silent import inside
from broadcasts.dispatch.tokens import Token
from broadcasts.dispatch.vocabulary import pattern

# Between the day and its hour, between a day and its weekday.
BRACKETS = " (,["
OPEN = {"(", "["}


class Tape:
    def __init__(self, text: str, tokens: list[Token], silent: list[Span]) -> None:
        self.text = text
        self.tokens = [token for token in tokens if not inside(token.lo, silent)]

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def said(self, first: int, last: int | None = None) -> str:
        """The words of one token, or from one to another."""
        return self.text[self.tokens[first].lo : self.tokens[first if last is None else last].hi]

    def gap(self, at: int) -> str:
        """What stands between a token and the next one."""
        return self.text[self.tokens[at].hi : self.tokens[at + 1].lo] if at + 1 < len(self.tokens) else "\n\n"

    def fits(self, name: str, at: int) -> bool:
        return at + 1 < len(self.tokens) and pattern(name).fullmatch(self.gap(at)) is not None

    def beside(self, at: int) -> bool:
        """Whether the next token stands right behind, perhaps in brackets, and these on the next line."""
        gap = self.gap(at)
        return not (gap.lstrip("\n") if set(gap) & OPEN else gap).strip(BRACKETS)
