"""What a supervisor sees across grids. Everything is read, nothing is written; each figure says over how many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import mean, median

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from app.review import clocks
from app.review.clocks import Answers
from app.review.counted import PERIOD, Figure, within
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place
from grids.staff.staff import Me
from grids.tables import Duty, Estate, Grid
from tickets import promises as promised
from tickets import ratings
from tickets.tables import Rating, Ticket, TicketPromise, TicketState

OUTAGES = [kind for kind in NoticeKind if kind.is_outage]


class Standing(msgspec.Struct, frozen=True):
    """One grid, or several together."""

    households: int
    out: int
    overrun: int
    open: int
    overdue: int
    in_time: int
    asked_today: int
    first_answer: Figure
    """Half of those that a person answered were answered within so many minutes."""
    by_itself: int
    """How many a notice answered by itself."""
    rating: Figure
    low: int
    """How many were rated with so few stars that a supervisor looks."""


class Line(msgspec.Struct, frozen=True):
    grid: Grid
    manager: str
    standing: Standing


def grids(session: Session, me: Me) -> Sequence[Line]:
    """A line for each grid of the supervisor's subtree: those with something amiss first."""
    me.must_review()
    seen = session.scalars(
        sa.select(Grid).where(Grid.id.in_(me.seen)).options(selectinload(Grid.estates), selectinload(Grid.duties).joinedload(Duty.person))
    ).all()
    records = _records(session, [grid.id for grid in seen])
    took = clocks.first_answers(session, [grid.id for grid in seen])
    lines = [Line(grid, _manager(grid), _standing(grid.estates, *records[grid.id], took[grid.id])) for grid in seen]
    return sorted(lines, key=lambda line: (-line.standing.overdue - line.standing.overrun, -line.standing.out, line.grid.name))


def together(session: Session, me: Me) -> Standing:
    """All grids of the subtree as one."""
    me.must_review()
    estates = session.scalars(sa.select(Estate).where(Estate.grid_id.in_(me.seen))).all()
    records, took = _records(session, me.seen).values(), clocks.first_answers(session, me.seen)
    outages, asked = [n for notices, _ in records for n in notices], [t for _, tickets in records for t in tickets]
    return _standing(estates, outages, asked, Answers.together(took.values()))


def behind(lines: Iterable[Line], name: str) -> str:
    """The grids behind a figure, with each one's share: 3 grids at most."""
    shares = [(line.grid.name, getattr(line.standing, name)) for line in lines]
    most = sorted((share for share in shares if share[1]), key=lambda share: -share[1])
    return " · ".join(f"{name} {count}" for name, count in most[:3]) + (" …" if len(most) > 3 else "")


def hours(session: Session, me: Me) -> list[int]:
    """How many questions came in each hour of today, 0 to now."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = session.scalars(sa.select(Ticket.asked_at).where(Ticket.grid_id.in_(me.seen), Ticket.asked_at >= midnight)).all()
    counts = [0] * (clock.local(clock.now()).hour + 1)
    for moment in asked:
        counts[min(clock.local(moment).hour, len(counts) - 1)] += 1
    return counts


def promises(session: Session, me: Me) -> Sequence[TicketPromise]:
    """What was promised in answers and not kept in time, the longest overdue first."""
    me.must_review()
    return promised.overdue(session, me.seen)


def notices(session: Session, me: Me, *, which: str, grid_id: int | None) -> Sequence[Notice]:
    """The records behind a figure of outages: out now, or past their promised end and not told restored."""
    now = clock.now()
    conditions = [Notice.state == NoticeState.published, Notice.exercise.is_(False), Notice.kind.in_(OUTAGES), Notice.starts_at <= now]
    if which == "overrun":
        conditions.append(Notice.ends_at < now)
    found = sa.select(Notice).where(within(Notice.grid_id, me, grid_id), *conditions).order_by(Notice.ends_at)
    return session.scalars(found.limit(200).options(joinedload(Notice.grid), selectinload(Notice.places).joinedload(Place.estate))).all()


Records = tuple[list[Notice], list[Ticket]]


def _records(session: Session, grid_ids: Iterable[int]) -> dict[int, Records]:
    """The running outages, and the questions of the period or still open, by grid."""
    ids, since = list(grid_ids), clock.now() - PERIOD
    found: dict[int, Records] = defaultdict(lambda: ([], []))
    running = sa.select(Notice).where(
        Notice.grid_id.in_(ids),
        Notice.state == NoticeState.published,
        Notice.kind.in_(OUTAGES),
        Notice.starts_at <= clock.now(),
        Notice.exercise.is_(False),
    )
    for notice in session.scalars(running):
        found[notice.grid_id][0].append(notice)
    asked = sa.select(Ticket).where(Ticket.grid_id.in_(ids), sa.or_(Ticket.asked_at >= since, Ticket.state == TicketState.open))
    for ticket in session.scalars(asked.options(selectinload(Ticket.ratings))):
        found[ticket.grid_id][1].append(ticket)
    for grid_id in ids:
        found[grid_id]
    return found


def _standing(estates: Sequence[Estate], outages: Sequence[Notice], asked: Sequence[Ticket], answers: Answers) -> Standing:
    now = clock.now()
    waiting = [ticket for ticket in asked if ticket.state is TicketState.open]
    stars = [rating.stars for ticket in asked for rating in _ratings(ticket)]
    return Standing(
        households=sum(estate.households for estate in estates),
        out=len(outages),
        overrun=sum(1 for notice in outages if notice.ends_at and notice.ends_at < now),
        open=len(waiting),
        overdue=sum(1 for ticket in waiting if ticket.due_at < now),
        in_time=sum(1 for ticket in waiting if ticket.due_at >= now),
        asked_today=sum(1 for ticket in asked if clock.local(ticket.asked_at).date() == clock.today()),
        first_answer=Figure(median(answers.took) if answers.took else None, len(answers.took)),
        by_itself=answers.by_itself,
        rating=Figure(mean(stars) if stars else None, len(stars)),
        low=sum(1 for given in stars if given <= ratings.LOW),
    )


def _ratings(ticket: Ticket) -> Sequence[Rating]:
    return ticket.ratings


def _manager(grid: Grid) -> str:
    now = clock.now()
    holding = [duty for duty in grid.duties if duty.since_at <= now and (duty.until_at is None or duty.until_at > now)]
    return next((duty.person.name for duty in holding if duty.part == "manager"), holding[0].person.name if holding else "")
