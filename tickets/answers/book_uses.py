"""Which answer of the book was used, by whom and how well: chosen by a colleague, or sent by itself as a first answer."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import answers, conversation, thanking, threads
from tickets.answers import Answer, Hit
from tickets.answers.tables import AnswerUse
from tickets.kinds.tables import DANGER
from tickets.outages import signs
from tickets.tables import Closure, Entry, Rating, Ticket, TicketState
from tickets.triage import alarms
from tickets.triage.tables import TriageOutcome
from tickets.triage.tree import tree

WATCHED = timedelta(days=7)
"""Who asks again within this was not helped."""
NEAR, BESIDE = 0.3, 0.5
"""Put to a colleague unasked is only what is near, and half as near as the best: of the trial's questions 19 in 20 keep their answer."""


class Figures(msgspec.Struct, frozen=True):
    answer: Answer
    uses: int
    by_itself: int
    again: int
    stars: float | None


def wording(one: Answer) -> str:
    """As it is sent: the words, the steps in their order, what to bring."""
    steps = [f"{number}. {step}" for number, step in enumerate(one.steps, 1)]
    papers = [str(_("To bring: %(papers)s", papers=str(_(", ")).join(one.papers)))] if one.papers else []
    return "\n".join([one.words, *steps, *papers])


def fitting(session: Session, ticket: Ticket, sought: str = "") -> Sequence[Hit]:
    """The three best for what was looked for, else those that are near what the asker asked last: thanks and a yes ask nothing.

    Beside a danger nothing is put to a colleague unasked: what is safe stands above the thread, and what is merely near does harm.
    """
    if sought:
        return answers.find(sought)
    if ticket.kind == DANGER and ticket.state is TicketState.open:
        return []
    led = sa.select(TriageOutcome.entry_id).where(TriageOutcome.ticket_id == ticket.id)
    sent = {use.entry_id for use in ticket.uses} | set(session.scalars(led))
    said = [entry.words for entry in ticket.entries if entry.author_id is None and entry.words and entry.id not in sent]
    asked = [words for words in said if not thanking.is_polite(words)]
    found = answers.find(asked[-1] if asked else ticket.subject)
    return [hit for hit in found if hit.score >= max(NEAR, found[0].score * BESIDE)]


def holding(name: str) -> Answer:
    """The answer, if it may be sent today."""
    one = answers.answer(name)
    if one is None:
        raise _refused(_("This answer is no longer in the book. Please choose another one."))
    if not one.holds(clock.today(), one.province):
        raise _refused(
            _("This answer held until %(day)s and may not be sent. Please choose another one, or write it yourself.", day=one.holds_until)
        )
    return one


def note(session: Session, entry: Entry, one: Answer, *, by: Me | None) -> AnswerUse:
    """Noted twice it is noted once."""
    used = session.scalar(sa.select(AnswerUse).where(AnswerUse.entry_id == entry.id))
    if used is None:
        now = clock.now()
        used = AnswerUse(
            ticket_id=entry.ticket_id, entry_id=entry.id, answer=one.id, by_id=by.id if by else None, at=now, watched_until=now + WATCHED,
            person_at=None,
        )  # fmt: skip
        session.add(used)
        session.flush()
    return used


def answer_by_itself(session: Session, ticket: Ticket, words: str) -> AnswerUse | None:
    """A first answer at once where the book is sure. The question waits for a person all the same, and its clock runs on.

    In a danger nothing: what is safe and whom to call stands above the thread, and nothing below it may say otherwise.
    """
    if ticket.kind == DANGER:
        return None
    if named := [one.book for heard in alarms.ahead(words) if (one := tree().leaves[heard.leaf]).book]:
        return _send(session, ticket, named[0])
    if ticket.dark or ticket.notice_id is not None or _has_more(session, ticket):
        return None
    first = sure(words, answers.find(words))
    if first is None:
        return None
    entry = threads.say(session, ticket, None, wording(first))
    audit.record(session, "tickets.answer_by_itself", f"ticket/{ticket.id}", by=None, answer=first.id)
    return note(session, entry, first, by=None)


def sure(words: str, found: Sequence[Hit]) -> Answer | None:
    """What goes by itself to who writes this: nothing to the dark and to danger, of now or to come, which other pages answer."""
    if signs.is_dark(words) or alarms.heard(words) or alarms.ahead(words):
        return None
    return next((hit.answer for hit in found if hit.sends_itself), None)


def _send(session: Session, ticket: Ticket, name: str) -> AnswerUse | None:
    """By itself and once, if it holds today."""
    uses, one = sa.select(AnswerUse.answer).where(AnswerUse.ticket_id == ticket.id), answers.answer(name)
    if name in session.scalars(uses).all() or one is None or not one.holds(clock.today(), one.province):
        return None
    entry = threads.say(session, ticket, None, wording(one))
    audit.record(session, "tickets.answer_by_itself", f"ticket/{ticket.id}", by=None, answer=one.id)
    return note(session, entry, one, by=None)


def ask_for_a_person(session: Session, ticket: Ticket) -> None:
    """What came by itself was not it. The question waits for a person, anew where it was closed."""
    threads.hold(session, ticket)
    by_itself = sa.select(AnswerUse).where(AnswerUse.ticket_id == ticket.id, AnswerUse.by_id.is_(None))
    for used in session.scalars(by_itself.where(AnswerUse.person_at.is_(None))):
        used.person_at = clock.now()
    if ticket.state is TicketState.closed:
        conversation.reopen(session, ticket)
    session.flush()


def figures(session: Session, me: Me) -> Sequence[Figures]:
    """Every answer of the book with its uses in the grids seen, the most used first."""
    again = sa.case((_asked_again(), 1), else_=0)
    alone = sa.case((AnswerUse.by_id.is_(None), 1), else_=0)
    rated = sa.and_(Rating.ticket_id == AnswerUse.ticket_id, Rating.at >= AnswerUse.at, ~_answered_since())
    counted = sa.select(AnswerUse.answer, sa.func.count(), sa.func.sum(alone), sa.func.sum(again), sa.func.avg(Rating.stars))
    seen = counted.join(Ticket, Ticket.id == AnswerUse.ticket_id).outerjoin(Rating, rated).where(Ticket.grid_id.in_(me.seen))
    known = {name: rest for name, *rest in session.execute(seen.group_by(AnswerUse.answer))}
    found = [_figures(one, *known.get(one.id, (0, 0, 0, None))) for one in answers.book()]
    return sorted(found, key=lambda one: -one.uses)


def _figures(one: Answer, uses: int, alone: int, again: int, stars: float | None) -> Figures:
    return Figures(one, int(uses), int(alone), int(again), float(stars) if stars is not None else None)


def _asked_again() -> sa.ColumnElement[bool]:
    """A person was asked for, the question was reopened, or the household asked anew."""
    other = sa.orm.aliased(Ticket)
    anew = sa.select(other.id).where(
        other.household_id == Ticket.household_id, other.id != Ticket.id, other.asked_at.between(AnswerUse.at, AnswerUse.watched_until)
    )
    reopened = sa.select(Closure.id).where(
        Closure.ticket_id == AnswerUse.ticket_id, Closure.reopened_at.between(AnswerUse.at, AnswerUse.watched_until)
    )
    return sa.or_(AnswerUse.person_at.is_not(None), anew.correlate(Ticket, AnswerUse).exists(), reopened.correlate(AnswerUse).exists())


def _answered_since() -> sa.ColumnElement[bool]:
    """Somebody, or another answer of the book, had the last word before it was rated: the stars are for that."""
    other = sa.orm.aliased(AnswerUse)
    ours = sa.or_(Entry.author_id.is_not(None), sa.exists().where(other.entry_id == Entry.id))
    later = (Entry.ticket_id == AnswerUse.ticket_id, Entry.id > AnswerUse.entry_id, Entry.at <= Rating.at)
    return sa.select(Entry.id).where(*later, ours).correlate(AnswerUse, Rating).exists()


def _has_more(session: Session, ticket: Ticket) -> bool:
    """Whether more was said here than the one question."""
    said = session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.ticket_id == ticket.id))
    return said != 1


def _refused(why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {"words": why})
