"""What people wrote, made fit to keep and to show anywhere: page, message, poster, sheet."""

import re
from collections.abc import Iterable

from app.core.errors import Mistaken
from app.core.words import Phrase, say
from app.core.words import phrase as _
from grids.staff import staff

MESSAGE, LINE, SUBJECT = 2000, 80, 32
# Marks that turn the direction of writing: nobody needs them here, and they can make a line read backwards.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Controls, and letters of no width, with which a word looks like another or a message like none.
UNSEEN = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
JOINING = re.compile("[\u200d\ufe00-\ufe0f\\s]*")
"""What only joins others, as in a family's picture: by itself it is nothing."""
SENTENCE_END = re.compile("(?<=[\u3002\uff01\uff1f\uff1b!?;])|\n|(?<=[.]) ")


def message(words: str, field: str = "words") -> str:
    """Somebody's words, which must not be empty."""
    words = _fit(words, field, MESSAGE)
    if not words:
        raise _mistaken(field, _("Please fill this in."))
    return words


def line(words: str, field: str) -> str:
    """A short entry such as a room; it may be empty."""
    return " ".join(_fit(words, field, LINE).split())


def subject(words: str) -> str:
    """The first sentence, shortened: what a list shows of a question."""
    first = next((part.strip() for part in SENTENCE_END.split(words) if part.strip()), words)
    first = " ".join(first.split()).rstrip("\u3002\uff1b;.")
    return first if len(first) <= SUBJECT else f"{first[: SUBJECT - 1].rstrip()}\u2026"


def place(told: Iterable[str]) -> str:
    """Where somebody last said that they are: Here: beside the east gate."""
    here = (say("Here: %(place)s", place=""), "Here: ")
    said = [one for words in told for one in words.splitlines() if one.startswith(here)]
    return next((said[-1].removeprefix(start) for start in here if said[-1].startswith(start)), "") if said else ""


def contact(words: str) -> str:
    """How to reach somebody: a telephone number as digits, anything else as it was said."""
    words = line(words, "contact")
    return staff.digits(words) if is_phone(words) else words


def is_phone(words: str) -> bool:
    return re.fullmatch(r"\+?[\d\s()-]{3,20}", words) is not None and 3 <= len(re.sub(r"\D", "", words)) <= 15


def _fit(words: str, field: str, longest: int) -> str:
    if "\x00" in words or any("\ud800" <= letter <= "\udfff" for letter in words):
        raise _mistaken(field, _("There is a character in this that cannot be kept."))
    words = UNSEEN.sub("", TURNING.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    if JOINING.fullmatch(words):
        return ""
    if len(words) > longest:
        raise _mistaken(field, _("Please use at most %(n)s characters.", n=longest))
    return words


def _mistaken(field: str, why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {field: why})
