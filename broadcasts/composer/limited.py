"""What a bracket behind a place says that no tick can say: 204-206号楼(部分), 慧谷时空(专). It is asked, and its words are kept."""

import zlib
from collections.abc import Sequence

from app.core.words import phrase as _
from app.core.words import say
from broadcasts.composer.questions import NO, Question
from broadcasts.dispatch import Reading
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.vocabulary import pattern


def said(text: str, reading: Reading) -> list[str]:
    """The places with their brackets, as they were pasted; not where the place itself is in question."""
    open_ = {one.span for one in reading.doubts}
    estates, buildings = (sorted(set(reading.spans.get(name, []))) for name in ("estates", "buildings"))
    found = []
    for span in sorted({*estates, *buildings}):
        behind = pattern("limited").match(text, span[1])
        lo = _owner(span, estates)[0]
        if behind and (span in buildings or not behind["part"]) and not any(one and lo <= one[0] < span[1] for one in open_):
            found.append(text[lo : behind.end()].strip())
    return found


def asked(text: str, reading: Reading) -> list[Question]:
    """Each with the one answer that it is right so: whoever wants less changes the ticks."""
    return [_question(one) for one in said(text, reading)]


def words(text: str, reading: Reading) -> dict[str, str]:
    """For the notice: residents read what dispatch wrote of the place."""
    found = said(text, reading)
    return {"words": say("The power company wrote: %(places)s.", places=say(", ").join(found))} if found else {}


def _question(said_: str) -> Question:
    asked_ = _("%(said)s: ticked as a whole. Is only a part meant?", said=said_)
    return Question(f"{zlib.crc32(said_.encode()):x}", "estates", asked_, ((NO, str(_("It is right so"))),))


def _owner(span: Span, estates: Sequence[Span]) -> Span:
    """The name in front of these buildings."""
    return max((one for one in estates if one[0] <= span[0]), default=span)
