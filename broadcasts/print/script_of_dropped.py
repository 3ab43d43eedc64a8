"""What the loudspeaker says where it said that there will be an outage, and there will be none any more."""

from collections.abc import Iterator, Sequence

from app.core.words import say
from broadcasts.print import script
from broadcasts.print.press import clean
from broadcasts.print.script import Script, Sentence
from broadcasts.print.spoken import spoken
from broadcasts.sending import dropped
from broadcasts.sending.tables import Posting
from broadcasts.tables import Notice, Place
from grids.grids import Contact


def loudspeaker(notice: Notice, met: Sequence[Place], told: Posting, contact: Contact | None) -> Script:
    """`met` is where it was played, `told` what was said there last."""
    return script.aloud(lambda: _sentences(notice, met, told, contact))


def _sentences(notice: Notice, met: Sequence[Place], told: Posting, contact: Contact | None) -> Iterator[Sentence]:
    said, name = spoken(dropped.says(notice, met, told)), clean(contact.name, 10) if contact else ""
    yield Sentence(spoken(say("Dear neighbours, please listen.")), 1)
    if contact:
        yield Sentence(spoken(say("This is your district manager %(name)s.", name=name)), 3)
    yield Sentence(said, 1)
    if contact:
        yield Sentence(spoken(say("Questions? Call %(name)s, %(phone)s.", name=name, phone=contact.phone)), 4)
    yield Sentence(spoken(say("The service line is 95598, day and night.")), 2)
    yield Sentence(say("Once more.") + said, 5)
