"""The places in a list as dispatch writes it: names, their buildings, and whether only a part is meant."""

from collections.abc import Iterator

import msgspec

from broadcasts.dispatch import blocks, brackets, tokens
from broadcasts.dispatch.blocks import Listed
from broadcasts.dispatch.names import LONGEST, Named, clean, is_name, run_together, shared
from broadcasts.dispatch.vocabulary import pattern, words

LONGEST_LIST = 2_000
AND_SO_ON = "\u7b49"
TIMES = {"relative", "clock", "full", "short", "packed", "monthday", "bad"}


class Places(msgspec.Struct):
    named: list[Named] = []
    homeless: list[Listed] = []
    """Buildings in front of which no name stands."""
    end: int = 0


def read(text: str, lo: int, hi: int, known: tuple[str, ...] = ()) -> Places:
    """The list that begins at `lo`. It ends where something else than places is said."""
    return Walk(text, lo, _until_time(text, lo, min(hi, lo + LONGEST_LIST)), known).read()


def _until_time(text: str, lo: int, hi: int) -> int:
    hi = over.start() if (over := pattern("courtesy").search(text, lo, hi)) else hi
    return min((token.lo for token in tokens.lex(text, lo, hi) if token.kind in TIMES), default=hi)


class Walk:
    def __init__(self, text: str, lo: int, hi: int, known: tuple[str, ...]) -> None:
        self.text, self.at, self.hi, self.known = text, lo, hi, known
        self.start = lo
        self.found = Places(end=lo)
        self.lists = {one.lo: one for one in blocks.find(text, lo, hi)}
        self.over = False
        self.clause = 0
        self.header: Named | None = None
        self.has_enumeration = "\u3001" in text[lo:hi] or "," in text[lo:hi]

    def read(self) -> Places:
        while self.at < self.hi and not self.over:
            self._step()
        if not self.over:
            self._flush(self.at)
            self.found.end = self.at
        self.found.homeless += [
            Listed(*one.spans[-1], tuple(one.blocks))
            for one in self.found.named
            if one.blocks and (len(one.name) < 2 or one.name in words("spoken_to"))
        ]
        self.found.named = [one for one in shared(self.found.named) if is_name(one.name)]
        return self.found

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
            self.over, self.found.end = True, self.at
        elif char in "\u3001,;/|@\n\t\u3002!" or self._space_parts():
            self._separate(char)
        elif char.isdigit() and (listed := self._doors()):
            self._list(listed)
        elif (word := self._and()) != "":
            self._flush(self.at)
            self.at += len(word)
            self.start = self.at
        else:
            self.at += 1

    def _doors(self) -> Listed | None:
        """1-20号 behind an estate; behind a street it is an address."""
        before = self.text[self.start : self.at].strip()
        return blocks.numbered(self.text, self.at, self.hi) if before in self.known or pattern("numbered_estate").search(before) else None

    def _separate(self, char: str) -> None:
        self._flush(self.at)
        if char in ",;|":
            self.clause = len(self.found.named)
        if char in "\u3002!" and (self.found.named or self.found.homeless):
            self.over, self.found.end = True, self.at
        self.at += 1
        self.start = self.at

    def _space_parts(self) -> bool:
        """A space ends a name where nothing else parts the names, or where both sides look like names."""
        if self.text[self.at] != " ":
            return False
        before, after = self.text[self.start : self.at].strip(), self.text[self.at : self.hi].strip()
        if not before or not after:
            return False
        return not self.has_enumeration or pattern("(?:<place_end>|<tails>|<part>)$").search(before) is not None or before.endswith(")")

    def _and(self) -> str:
        """和, 及, 与 between two names; not inside of one."""
        word = next((word for word in words("and") if self.text.startswith(word, self.at)), "")
        before = self.text[self.start : self.at].strip()
        if not word or (not before and not self._after_list()):
            return ""
        rest = self.text[self.at + len(word) : self.hi]
        if any(name.startswith(self.text[self.at : self.at + 2]) and self.text.startswith(name, self.at) for name in self.known):
            return ""
        if not rest.strip() or any(self.text.startswith(name, self.at) for name in words("not_and")):
            return ""
        if word in words("always_and") and len(before) > 2 and len(rest.strip()) > 2:
            return word
        ends = pattern("(?:<place_end>|<part>|<tails>|\\)|\\d)$").search(before)
        return word if ends or self._after_list() or any(before.endswith(name) for name in self.known) else ""

    def _after_list(self) -> bool:
        return bool(self.found.named and self.found.named[-1].blocks and not self.text[self.start : self.at].strip())

    # --- what a name is followed by ---

    def _list(self, listed: Listed) -> None:
        self._flush(listed.lo)
        if self.over:
            return
        if pattern("said_to_be_lit").match(self.text, listed.hi, self.hi):
            for one in self._before_comma(listed):
                self._list(one)
            if self.found.named and self.found.named[-1].blocks:
                self.found.named[-1].but += listed.blocks
            self.at = self.start = listed.hi
            return
        said = self.text[max(listed.lo - 3, self.start - 1) : listed.lo]
        if not self.found.named:
            self.found.homeless.append(listed)
        elif pattern("(?:<except_words>)$").search(said.strip()):
            self.found.named[-1].but += listed.blocks
        else:
            self.found.named[-1].give(listed)
        self.at = self.start = listed.hi
        self._skip_units()

    def _before_comma(self, listed: Listed) -> list[Listed]:
        """A栋、B栋,C栋不停: what is lit are those behind the comma."""
        comma = self.text.rfind(",", listed.lo, listed.hi)
        before = list(blocks.find(self.text, listed.lo, comma)) if comma > 0 else []
        return before if before and before[-1].hi == comma else []

    def _skip_units(self) -> None:
        """一单元, 301室 are below buildings: of that building only a part."""
        if match := pattern("<s>[、,和及]?<s>(?:<units>)").match(self.text, self.at, self.hi):
            if self.found.named:
                self.found.named[-1].part = True
            self.at = self.start = match.end()
            self._skip_units()

    def _bracket(self) -> None:
        close = min((at for end in ")]" if (at := self.text.find(end, self.at, self.hi)) >= 0), default=-1)
        if close < 0:
            self.at += 1
            return
        inner, lo = self.text[self.at + 1 : close].strip(), self.at + 1
        before = self.text[self.start : self.at].strip()
        own = pattern("own_estate").search(before)
        if pattern("named_part").fullmatch(inner) and before and not own:
            self.at = close + 1
            return
        if own and not pattern("bracket_tail").fullmatch(inner):
            self.found.named += read(self.text, lo, close, self.known).named
        else:
            self._flush(self.at)
            if not self.over and self.found.named:
                brackets.told(self.text, self.found.named, (lo, close), lambda: read(self.text, lo, close, self.known).named)
        self.at = self.start = close + 1

    def _header(self) -> None:
        """汤溪镇:A村、B村 — the town only groups what follows; 三区:1号楼 does not."""
        if pattern("(?:<not_dark>)<s>$").search(self.text, self.start, self.at):
            self.over, self.found.end = True, self.start
            return
        after = self.at + 1
        while after < self.hi and self.text[after] == " ":
            after += 1
        if after not in self.lists and after < self.hi:
            before = len(self.found.named)
            self._flush(self.at)
            if len(self.found.named) > before and not self.found.named[-1].blocks:
                self.header = self.found.named.pop()
        else:
            self._flush(self.at)
        self.at += 1
        self.start = self.at

    # --- names ---

    def _flush(self, end: int) -> None:
        """What stood since the last separator becomes a name, or ends the list."""
        if self.over:
            return
        lo, raw = self.start, self.text[self.start : end]
        self.start = end
        if not raw.strip() or pattern("outside_of").fullmatch(raw):
            return
        if raw.strip().startswith(AND_SO_ON) and self.found.named:
            self.over, self.found.end = True, end
            return
        if self._stops(raw):
            self.over, self.found.end = True, lo
            return
        for one in self._names(raw, lo):
            if self.header is not None:
                one.vague = True
            self.found.named.append(one)
        self.found.end = end

    def _stops(self, raw: str) -> bool:
        said = raw.strip(" \n\t-*•·")
        if (
            said in words("spoken_to")
            or any(said.startswith(name) for name in self.known)
            or pattern("(?:<sure_name>)(?=$|\\s|\\()").match(said)
        ):
            return False
        return (
            pattern("(?:<stops>)").match(said) is not None
            or pattern("kv").search(said) is not None
            or (len(said) > LONGEST and "(" not in said)
        )

    def _names(self, raw: str, lo: int) -> Iterator[Named]:
        """Usually one; several where names known to the grid stand side by side."""
        inside = sorted({(raw.find(name), name) for name in self.known if name in raw}, key=lambda one: (one[0], -len(one[1])))
        apart: list[tuple[int, str]] = []
        for at, name in inside:
            if not apart or at >= apart[-1][0] + len(apart[-1][1]):
                apart.append((at, name))
        if len(apart) > 1:
            for at, name in apart:
                yield Named(name, lo + at, lo + at + len(name), spans=[(lo + at, lo + at + len(name))])
            return
        name, part = clean(raw)
        if pattern("(?:<not_dark>)\\W*$").search(raw.strip()):
            del self.found.named[self.clause :]
        if name:
            at = lo + max(raw.find(name), 0)
            yield Named(name, at, lo + len(raw.rstrip()), part=part, vague=run_together(name), spans=[(at, at + len(name))])
