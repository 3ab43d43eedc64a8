"""Whose wire is it, from one message: the reviewed rules in rules.toml, read as written there.

A rule votes when one of its patterns stands in the message; the more it says, and the less speaks for others, the surer.
"""

import re
import unicodedata
from collections.abc import Mapping

import msgspec

from tickets.triage import matter
from tickets.triage.rules import LOOK, NOBODY, Rules, rules
from tickets.triage.unsaid import unsaid

# Below this nobody is told whose it is; a person looks. Chosen on the labelled messages, see docs/triage.md.
SURE = 0.62
# More to convince where somebody else's ground is named and the power company shall have it: most of what was wrong was there.
OTHERS_GROUND = 2
# A rule of less is a hint, and the ground is looked at too.
SPEAKS = 2
# What has to be looked at before anybody is named.
DANGER = "danger"
GROUND = "ground"
COMPANY = "utility"
_NOISE = re.compile(r"_x000D_|https?://[\x21-\x7e]*|\s+|(?<=\d{24})\d+")


class Judgement(msgspec.Struct, frozen=True):
    about_electricity: bool
    responsible: str
    """utility, property_or_developer, household, government, or nothing where nobody can say yet."""
    confidence: float
    sure: bool
    next_question: str
    """The msgid of what to ask where it is not sure."""
    asks: str = ""
    because: tuple[str, ...] = ()
    wire: bool = True
    """Whether it is about a wire, a meter or a box, or only about a bill."""


def judge(text: str) -> Judgement:
    known = rules()
    words = plain(text)
    seen = matter.seen(known, words)
    if not matter.is_electricity(known, words, seen):
        return Judgement(False, NOBODY, 0.0, False, "")
    votes, because = _votes(known, seen)
    if max(votes.values(), default=0) < SPEAKS and known.question_for(words).id != DANGER:
        votes, because = _by_ground(seen, votes), (*because, GROUND)
    responsible, confidence = _verdict(votes, OTHERS_GROUND if unsaid().named(seen) else 0)
    sure = responsible != NOBODY and confidence >= SURE
    asked = None if sure else known.question_for(words)
    wire = _of_a_wire(known, seen, because, responsible)
    return Judgement(True, responsible, round(confidence, 2), sure, asked.label if asked else "", asked.id if asked else "", because, wire)


def _of_a_wire(known: Rules, seen: str, because: tuple[str, ...], responsible: str) -> bool:
    if GROUND in because:
        return unsaid().of_a_wire(seen)
    return any(rule.wire for rule in known.rules if rule.id in because and rule.responsible == responsible)


def plain(text: str) -> str:
    """Full-width forms made narrow, no spaces, no addresses, no number longer than any: as the patterns expect it."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _votes(known: Rules, words: str) -> tuple[Mapping[str, float], tuple[str, ...]]:
    votes: dict[str, float] = {}
    because: list[str] = []
    for rule in known.rules:
        times = rule.times(words)
        if times:
            # The second and third mention add less: a long letter is not surer for its length.
            votes[rule.responsible] = votes.get(rule.responsible, 0) + rule.weight * (1 + 0.25 * min(times - 1, 2))
            because.append(rule.id)
    return votes, tuple(because)


def _by_ground(seen: str, votes: Mapping[str, float]) -> Mapping[str, float]:
    """No rule speaks: it belongs to whose ground it is, as surely as it is about electricity."""
    whose, evidence = unsaid().ground(seen), unsaid().evidence(seen)
    return {**votes, whose: votes.get(whose, 0) + evidence} if whose and evidence >= unsaid().enough else votes


def _verdict(votes: Mapping[str, float], ground: float) -> tuple[str, float]:
    """The one with most votes and its share, with a doubt of one vote, for the company on others' ground of more;
    "look" means that nobody can say from the desk."""
    if not votes:
        return NOBODY, 0.0
    best = max(votes, key=lambda who: votes[who])
    # A danger has to be looked at all the same, but it does not make a known owner half unknown.
    against = sum(votes.values()) - (votes.get(LOOK, 0) / 2 if best != LOOK else 0)
    confidence = votes[best] / (against + 1 + (ground if best == COMPANY else 0))
    return (NOBODY, confidence) if best == LOOK else (best, confidence)
