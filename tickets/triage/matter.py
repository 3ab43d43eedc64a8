"""What a message is about: the evidence for electricity, said and unsaid, against what it says of another matter."""

import re
from collections.abc import Sequence

from tickets.triage.rules import STRONG, Rules
from tickets.triage.unsaid import unsaid

# A message longer than this must say more than one thing about electricity to be about it.
LONG = 500
SHORT = 60
# Who writes says first what it is about.
HEADLINE = 40
LETTER = 120
# So many clauses about another matter make that the matter.
MANY = 2
# Who says so much of electricity writes about it, whatever is asked for.
MUCH = 12
# Less evidence than this without the word is said of many things.
TELLS = 2
_SENTENCE = re.compile(r"[。！？!?；;]+")
_LISTED = re.compile(r"(?:^|[^0-9])[2二][、.．)）]")
_CLAUSE = re.compile(r"[，,。！？!?；;：:]+")


def seen(known: Rules, words: str) -> str:
    """The message with place names and things like lifts and telephones blotted out."""
    for pattern in known.look_alikes:
        words = pattern.sub("□", words)
    return words


def is_electricity(known: Rules, words: str, shown: str) -> bool:
    """Enough speaks for it, and nothing else is more the matter."""
    shown = known.asides.sub("□", shown)
    clauses = [clause for clause in _CLAUSE.split(shown) if clause]
    weights, evidence = [known.weight_of(clause) for clause in clauses], unsaid().evidence(shown)
    listed = bool(_LISTED.search(words)) or words.count(";") >= 3
    other = known.other_matter(clauses, listed=listed)
    if not _enough(words, weights, evidence, other):
        return False
    elsewhere = not listed and _asks_elsewhere(known, shown)
    headline = shown[:HEADLINE] if len(shown) > LETTER else clauses[0]
    if elsewhere and not _opens(known, headline) and sum(weights) + max(evidence, 0) < MUCH:
        return False
    first = known.weight_of(headline) >= STRONG and not elsewhere
    return first or other < MANY or other <= known.electricity(clauses, headline) + max(evidence, 0) / STRONG


def _asks_elsewhere(known: Rules, shown: str) -> bool:
    """Whether what is asked for last is another thing and names nothing of electricity."""
    asked = [sentence[found.start() :] for sentence in _SENTENCE.split(shown) if (found := known.asks.search(sentence))]
    if not asked or known.weight_of(asked[-1]) or unsaid().evidence(asked[-1]) >= TELLS:
        return False
    return known.is_elsewhere(asked[-1])


def _opens(known: Rules, headline: str) -> bool:
    return known.weight_of(headline) + unsaid().evidence(headline) >= STRONG


def _enough(words: str, weights: Sequence[int], evidence: int, other: float) -> bool:
    """A mention alone is enough only in a short message that speaks of nothing else."""
    said = sum(weights)
    if max(weights, default=0) >= STRONG:
        return said + max(evidence, 0) >= _needed(words)
    lone = bool(said) and len(words) <= SHORT and not other
    return said + evidence >= (1 if lone else unsaid().enough + (other >= MANY))


def _needed(words: str) -> float:
    if len(words) <= SHORT:
        return 1.0
    return 2.0 if len(words) <= LONG else 2.0 + (len(words) - LONG) / 1000
