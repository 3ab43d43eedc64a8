"""A notice in plain words: for a WeChat group, a link's card, a push. Each is complete without its link."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.words import day, duration, hour, say, span
from app.core.words import phrase as _
from broadcasts import timely
from broadcasts.kinds import KINDS
from broadcasts.present import Present, holds
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place, Update, UpdateState
from grids.grids import Contact

AT_THE_EDGE = timedelta(minutes=30)
"""So long it is no lie that an outage begins, or was to end, now."""
ENDED = {NoticeState.cancelled: _("Withdrawn"), NoticeState.superseded: _("Replaced")}
"""What no longer holds is named by that first, before what it was."""
OVER = (UpdateState.restored, UpdateState.cancelled, UpdateState.superseded)


def address(base_url: str, notice: Notice, suffix: str = "") -> str:
    """Where it can be read. The suffix only counts by which group's link the page was opened."""
    return f"{base_url}/n/{notice.number}" + (f"?g={suffix}" if suffix else "")


def headline(notice: Notice, now: Present) -> str:
    """The page's title, which is also what WeChat shows of the link."""
    return (say("[Exercise] ") if notice.exercise else "") + _headline(notice, now)


def _headline(notice: Notice, now: Present) -> str:
    if not notice.kind.is_outage:
        return _joined(" · ", now.word if now.state != "published" else "", notice.title)
    return _joined(" · ", now.word, audiences.short(notice.places), now.short)


def push(notice: Notice, now: Present) -> tuple[str, str]:
    """Title and words of a notification: whole without being opened."""
    said = [now.words, now.was, latest(notice) or (notice.cause if now.words else timely.words(notice))]
    number = "" if notice.is_written_only else say("Notice %(number)s.", number=notice.number)
    return headline(notice, now), _joined(" ", *said, number)


def reminder(notice: Notice, update: Update, now: datetime) -> str:
    """What is true of it at this moment, however long it waited for the end of quiet hours."""
    if notice.starts_at and now < notice.starts_at:
        return say("A reminder: the power goes off in %(time)s.", time=duration(notice.starts_at - now))
    if notice.ends_at and update.at >= notice.ends_at:
        return say("The power was to be back by now. If yours is still dark, please tell us.")
    return say("A reminder: the outage begins now.")


def group(notice: Notice, now: Present, contact: Contact | None, *, base_url: str, places: Sequence[Place] = (), suffix: str = "") -> str:
    """What is pasted into a group: the truth of this moment, with its date, because it will be forwarded.

    `places` are those of the notice that concern this group, where it is not all of them; `suffix` is the group's own.
    """
    # After a move its time is what stands first, unless something was put right since.
    first = now.state == "moved" and put_right_last(notice)
    news = latest(notice) or ("" if _over(notice) else timely.words(notice))
    told = [
        say("[Exercise] Nothing is out. For colleagues on duty only, do not pass on.") if notice.exercise else "",
        named(notice, now, places),
        news if first else "",
        state(notice, now),
        _line(say("Where"), say("; ").join(audiences.lines(places or notice.places))),
        _line(say("Line"), notice.line),
        _line(say("Why"), notice.cause),
        "" if first else news,
        safety(notice, now),
        call(contact),
        *([] if notice.exercise else _checked(notice, base_url, suffix)),
    ]
    return "\n".join(line for line in told if line)


def _checked(notice: Notice, base_url: str, suffix: str) -> list[str]:
    """Where it can be looked up. Of an exercise there is no page: who looked it up would be told not to trust it."""
    draft = notice.is_written_only
    number = "…" if draft else notice.number
    return [
        say("Notice %(number)s. Check it at %(site)s by this number, or call 95598.", number=number, site=base_url),
        say("Nobody collects money or asks for codes here."),
        f"{base_url}/n/…" if draft else address(base_url, notice, suffix),
    ]


def named(notice: Notice, now: Present, places: Sequence[Place] = ()) -> str:
    """Kind, once, and title. Where only a part of the places is meant an outage is named by that part: the title would name them all."""
    part = notice.kind.is_outage and places and audiences.area(places) != audiences.area(notice.places)
    kind = say(KINDS[notice.kind].name)
    title = audiences.short(places) if part else notice.title.removesuffix(kind).rstrip(" :") or notice.title
    # What is read first is how it stands: nobody shall read of an outage that is over, nor of one that does not come.
    if ended := ENDED.get(notice.state):
        return say("[%(kind)s] %(title)s", kind=say(ended), title=f"{title}{kind}" if part else notice.title)
    return say("[%(kind)s] %(title)s", kind=_how(notice, now), title=title)


def _how(notice: Notice, now: Present) -> str:
    """What is new of it, where it moved or is over. What was put right after a move is newer than the move."""
    kind = say(KINDS[notice.kind].name)
    if _back(notice):
        return say("Power is back")
    if now.state != "moved":
        return kind
    return say("%(kind)s corrected", kind=kind) if put_right_last(notice) else now.word


def put_right_last(notice: Notice) -> bool:
    return bool(notice.updates) and notice.updates[-1].state is UpdateState.corrected


def state(notice: Notice, now: Present) -> str:
    """How it stands, with the day in every time. What is to come is named already (`named`), and that it moved, and tells when."""
    if _back(notice) or notice.state in ENDED:
        return _truth(notice, now)
    if now.state in ("planned", "moved"):
        return _line(say("Time"), _truth(notice, now))
    if notice.kind.is_outage or now.state != "published":
        return _joined(say(": "), now.word, _truth(notice, now))
    return now.words


def _truth(notice: Notice, now: Present) -> str:
    """With the day in every time: a forwarded text is read tomorrow as well."""
    if now.state in ("planned", "moved"):
        return _joined(say(", "), span(notice.starts_at, notice.ends_at), now.was)
    if now.state in ("out", "overdue", "restored") and notice.ends_at:
        when = f"{day(notice.ends_at)} {hour(notice.ends_at)}"
        return {
            "out": say("expected back %(time)s", time=when),
            "overdue": say("was to be back %(time)s, the manager is finding out", time=when),
            "restored": say("Back since %(time)s. If yours is still dark, please tell us.", time=when),
        }[now.state]
    return now.words


def safety(notice: Notice, now: Present) -> str:
    """What may cost a life, in one line: it goes wherever the news goes, also where nobody opens the page."""
    if not notice.kind.is_outage or not holds(now):
        return ""
    fault = notice.kind is NoticeKind.fault_outage
    wires = say("Keep away from fallen wires;") if fault else say("Treat the line as live;")
    return wires + say("do not take the lift; medical equipment at home? Call the manager.")


def latest(notice: Notice) -> str:
    """After an update people need the news, not the first words again."""
    at, words = newest(notice)
    return f"{day(at)} {hour(at)} {words}" if at else ""


def news(notice: Notice) -> str:
    """What is said of it newest: an update's words, else its first."""
    return newest(notice)[1] or timely.words(notice)


def newest(notice: Notice) -> tuple[datetime | None, str]:
    """The words of the last update that has some, and when they were said; of what is over only those of its end, and since."""
    news = list(notice.updates)
    over = next((n for n in reversed(range(len(news))) if news[n].state in OVER), 0) if _over(notice) else 0
    told = ((update.at, timely.told(notice, update)) for update in reversed(news[over:]))
    return next(((at, words) for at, words in told if words), (None, ""))


def _back(notice: Notice) -> bool:
    return notice.kind.is_outage and notice.state is NoticeState.restored


def _over(notice: Notice) -> bool:
    return notice.state in (NoticeState.restored, NoticeState.cancelled, NoticeState.superseded)


def call(contact: Contact | None) -> str:
    if contact is None:
        return ""
    return say("Your district manager %(name)s, %(phone)s", name=contact.name, phone=contact.phone)


def _line(name: str, value: str) -> str:
    return f"{name}{say(': ')}{value}" if value else ""


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)
