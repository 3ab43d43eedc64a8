"""The way through a list of places: name by name, with the buildings, brackets and headings that stand between them."""

from collections.abc import Callable

from broadcasts.dispatch import blocks, brackets, entries, marks
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import Named
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern

MARKS = "\u3001,;/|@\n\t\u3002!"
AND = "\u3001"
AND_SO_ON = "\u7b49"


class Walk:
    """`inner` reads what stands in a bracket as a list of its own. `start` is where the name begins that is read."""

    def __init__(self, text: str, span: Span, known: tuple[str, ...], inner: Callable[[int, int], list[Named]]) -> None:
        self.text, self.known, self.inner = text, known, inner
        self.at, self.hi = span
        self.start = self.end = self.at
        self.named: list[Named] = []
        self.homeless: list[Listed] = []
        self.lists = {one.lo: one for one in blocks.find(text, *span)}
        self.over = False
        self.clause = 0
        self.header: Named | None = None
        self.enumerated = any(mark in text[slice(*span)] for mark in "\u3001,")

    def go(self) -> None:
        while self.at < self.hi and not self.over:
            self._step()
        if not self.over:
            self._flush(self.at)
            self.end = self.at

    def _on(self, at: int) -> None:
        """A new name may begin here."""
        self.at = self.start = at

    def _stop(self, at: int) -> None:
        self.over, self.end = True, at

    def _step(self) -> None:
        char = self.text[self.at]
        if self.at in self.lists:
            self._list(self.lists[self.at])
        elif char in "([":
            self._bracket()
        elif char == ":":
            self._header()
        elif char in ")]":
            self._flush(self.at)
            self._stop(self.at)
        elif char in MARKS or (char == " " and self._space()):
            self._separate(char)
        elif char.isdigit() and marks.door(self._before(), self.known) and (listed := blocks.numbered(self.text, self.at, self.hi)):
            self._list(listed)
        else:
            self._join()

    def _space(self) -> bool:
        return marks.space(self._before(), self.text[self.at : self.hi].strip(), enumerated=self.enumerated)

    def _before(self) -> str:
        """What stands since the last mark."""
        return self.text[self.start : self.at].strip()

    def _join(self) -> None:
        before = self._before()
        after_list = not before and bool(self.named and self.named[-1].blocks)
        word = marks.conjunction(self.text, self.at, self.hi, before, self.known, after_list=after_list)
        if word:
            self._flush(self.at)
            self._on(self.at + len(word))
        else:
            self.at += 1

    def _separate(self, char: str) -> None:
        self._flush(self.at)
        if char in ",;|":
            self.clause = len(self.named)
        if char in "\u3002!" and (self.named or self.homeless):
            self._stop(self.at)
        self._on(self.at + 1)

    def _list(self, listed: Listed) -> None:
        said = self.text[max(listed.lo - 4, self.start) : listed.lo]
        self._flush(listed.lo)
        if self.over:
            return
        if pattern("said_to_be_lit").match(self.text, listed.hi, self.hi):
            self._lit(listed)
            return
        if not self.named:
            self.homeless.append(listed)
        elif pattern("(?:<except_words>)$").search(said.strip()):
            self.named[-1].but += listed.blocks
        else:
            self.named[-1].give(listed)
        self._on(listed.hi)
        self._skip_units()

    def _lit(self, listed: Listed) -> None:
        for one in blocks.before_comma(self.text, listed):
            self._list(one)
        if self.named and self.named[-1].blocks:
            self.named[-1].but += listed.blocks
        self._on(listed.hi)

    def _skip_units(self) -> None:
        """一单元, 301室 are below buildings: of that building only a part."""
        if match := pattern("<s>[、,和及]?<s>(?:<units>)").match(self.text, self.at, self.hi):
            if self.named:
                self.named[-1].part = True
            self._on(match.end())
            self._skip_units()

    def _bracket(self) -> None:
        close = brackets.close(self.text, self.at, self.hi)
        if close is None:
            self.at += 1
            return
        span, before = (self.at + 1, close), self._before()
        what = brackets.what(before, self.text[slice(*span)].strip())
        if what == "part":
            self.at = close + 1
            return
        if what == "name":
            self.named += self.inner(*span)
        else:
            self._flush(self.at)
            if not self.over and self.named:
                brackets.told(self.text, self.named, span, lambda: self.inner(*span))
        self._on(close + 1)

    def _header(self) -> None:
        """汤溪镇:A村、B村 — the town only groups what follows; 三区:1号楼 does not."""
        if pattern("(?:<not_dark>)<s>$").search(self.text, self.start, self.at):
            self._stop(self.start)
            return
        behind = self.text[self.at + 1 : self.hi]
        after, before = self.hi - len(behind.lstrip(" ")), len(self.named)
        self._flush(self.at)
        alone = len(self.named) > before and not self.named[-1].blocks
        if alone and after not in self.lists and after < self.hi:
            self.header = self.named.pop()
        self._on(self.at + 1)

    def _flush(self, end: int) -> None:
        """What stood since the last separator becomes a name, or ends the list."""
        if self.over:
            return
        lo, raw = self.start, self.text[self.start : end]
        self.start = end
        if not raw.strip() or pattern("outside_of").fullmatch(raw):
            return
        so_on = raw.strip().startswith(AND_SO_ON) and self.named
        if so_on or entries.is_over(raw, self.known):
            if self.named and self.text[max(0, lo - 1)] in AND and not (so_on or pattern("contact").match(raw.strip())):
                self.named[-1].vague = True
            self._stop(end if so_on else lo)
            return
        if entries.is_lit(raw):
            del self.named[self.clause :]
        for one in entries.named(raw, lo, self.known):
            one.vague |= self.header is not None
            self.named.append(one)
        self.end = end
