"""A form was filled in for a page, a colleague wrote, then it came: what he wrote stays, unless both wrote at the same place.

The page carries a word for each field it filled in, and when. What was left as it was filled in says nothing. Where both said something,
and not the same, the page comes again with what stands there now beside what was typed; sent once more, the words typed hold. Who wrote
meanwhile is told by the log: it may have been the same person on another page.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar.datastructures import FormMultiDict
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Crossed
from app.core.words import Phrase, say
from app.core.words import phrase as _

Stands = Mapping[str, Sequence[Any]]
"""Field by field, in the order of the page, what it would be filled in with now. Several where several can be ticked."""
Wrote = Callable[[datetime], bool]
SINCE = "@"


def mark(stands: Stands) -> str:
    """Of a page, for its field `filled`: so it is seen later which of its fields somebody touched, and since when."""
    return f"{words(stands)} {SINCE}{int(clock.now().timestamp() * 1000)}"


def words(stands: Stands) -> str:
    """A word for each field, in their order."""
    return " ".join(_in_a_word(said) for said in stands.values())


def rejoined(form: FormMultiDict, stands: Stands) -> FormMultiDict:
    """With what stands there now wherever it was left as it had been filled in. A form without a mark is taken by its word."""
    left = {name for name, was, sent, _now in _compared(form, stands) if was == sent}
    anew = [(name, str(one)) for name in left for one in stands[name]]
    return FormMultiDict([*((name, said) for name, said in form.multi_items() if name not in left), *anew])


def must_not_cross(form: FormMultiDict, stands: Stands, words: Mapping[str, Any] | None = None, *, wrote: Wrote | None = None) -> None:
    """Of a form that is rejoined. Raises Crossed; `words` is how it is said what stands in fields that are no text.

    `wrote` tells who wrote there since a time, and is asked only where both did.
    """
    both = [name for name, was, sent, now in _compared(form, stands) if was not in (None, sent, now) and sent != now]
    if both:
        told = {name: (words or {}).get(name) or say(", ").join(map(str, stands[name])) or _("nothing") for name in both}
        oneself = wrote is not None and (since := _since(form)) is not None and wrote(since)
        raise Crossed(
            _("You changed this on another page while you wrote here. Please look at the marked fields. Kept once more, this holds.")
            if oneself
            else _("A colleague changed this while you wrote. Please look at the marked fields. Kept once more, what you wrote holds."),
            {name: _says(said, oneself=oneself) for name, said in told.items()},
        )


def by_oneself(session: Session, subject: str, person_id: int) -> Wrote:
    """Whether all that was done to it since a time was done by this person."""
    return lambda since: audit.who(session, subject, since=since) == {person_id}


def _since(form: FormMultiDict) -> datetime | None:
    said = str(form.get("filled", "")).rpartition(SINCE)[2]
    return datetime.fromtimestamp(int(said) / 1000, UTC) if said.isascii() and said.isdecimal() and len(said) <= 13 else None


def _says(said: Any, *, oneself: bool) -> Phrase:
    return _("Your words on the other page: %(said)s", said=said) if oneself else _("A colleague’s words: %(said)s", said=said)


def _compared(form: FormMultiDict, stands: Stands) -> Iterator[tuple[str, str | None, str, str]]:
    """Each field as the page had it, as it was sent, as it stands now."""
    was = dict(zip(stands, str(form.get("filled", "")).split(), strict=False))
    for name, now in stands.items():
        yield name, was.get(name), _in_a_word(form.getall(name, [])), _in_a_word(now)


def _in_a_word(said: Iterable[Any]) -> str:
    values = sorted(str(one).replace("\r\n", "\n").strip() for one in said)
    return hashlib.sha256(msgspec.json.encode(list(filter(None, values)))).hexdigest()[:8]
