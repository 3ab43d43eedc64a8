"""Rules for opening hours as they were said: days, spans and breaks, put together in OSM's notation if they leave no doubt."""

import msgspec

from grids.hours import notation
from grids.hours.said_times import DAY, Span

ALL_DAY = Span(0, DAY)


class Unclear(Exception):
    """May mean two things, or nothing."""


class Rule(msgspec.Struct):
    """The hours of some days."""

    days: list[str] = []
    spans: list[Span] = []
    off: bool = False
    overnight: bool = False

    def __str__(self) -> str:
        return " ".join(filter(None, (",".join(self.days), "off" if self.off else ",".join(map(str, self.spans)))))

    @property
    def weekdays(self) -> set[str]:
        return set().union(*(notation.weekdays(day) for day in self.days if day != "PH"), {"PH"} & set(self.days)) or set(notation.DAYS)

    def pause(self, away: Span) -> None:
        """A break within one of the spans."""
        around = next((one for one in self.spans if one.start < away.start and away.end < one.end), None)
        if around is None:
            raise Unclear
        at = self.spans.index(around)
        self.spans[at : at + 1] = [Span(around.start, away.start), Span(away.end, around.end)]

    def must_be_clear(self) -> None:
        beyond = any(one.end > DAY for one in self.spans)
        alone = len(self.spans) == 1 and self.spans[0].doubtful
        in_turn = all(one.end < other.start for one, other in zip(self.spans, self.spans[1:], strict=False))
        if bool(self.spans) is self.off or alone or not in_turn or (self.overnight and not beyond):
            raise Unclear


def written(rules: list[Rule]) -> str:
    """Holidays last: in OSM's notation the weekend's hours would else hold on them too."""
    rules.sort(key=lambda rule: rule.days == ["PH"])
    for number, rule in enumerate(rules):
        rule.must_be_clear()
        if any(_adds(rule, other) for other in rules[:number]):
            raise Unclear
    if len(rules) == 1 and rules[0].spans == [ALL_DAY] and rules[0].weekdays >= set(notation.DAYS):
        return "24/7"
    return "; ".join(map(str, rules))


def _adds(rule: Rule, before: Rule) -> bool:
    """Other hours of the same days: in OSM's notation they would take the place of those before, and nobody said so."""
    if rule.off or before.off or not rule.weekdays & before.weekdays:
        return False
    return not any(one.start < other.end and other.start < one.end for one in rule.spans for other in before.spans)
