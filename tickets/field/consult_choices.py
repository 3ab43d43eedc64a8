"""What a thumb finds first where a consult is noted: the answers, kinds and homes that are used most, and what was noted today."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import answers, inbox
from tickets.answers import Answer
from tickets.answers.tables import AnswerUse
from tickets.households.tables import Household, Reach
from tickets.kinds import kinds
from tickets.kinds.tables import TicketKind
from tickets.tables import Channel, Ticket

LATELY = timedelta(days=90)


def offered(session: Session, me: Me) -> Sequence[Answer]:
    """The answers that may be given today: those that this colleague uses most first, then as the book has them.

    What holds in one province alone comes last, until somebody here has used it.
    """
    since = clock.now() - LATELY
    counted = sa.select(AnswerUse.answer, sa.func.count()).where(AnswerUse.by_id == me.id, AnswerUse.at > since)
    uses = {row[0]: row[1] for row in session.execute(counted.group_by(AnswerUse.answer))}
    return sorted(
        (one for one in answers.book() if one.holds(clock.today(), one.province)),
        key=lambda one: (bool(one.province) and one.id not in uses, -uses.get(one.id, 0)),
    )


def kinds_first(session: Session, me: Me, grid_id: int) -> Sequence[TicketKind]:
    """The kinds of the grid, those that this colleague notes most first."""
    mine = sa.select(Ticket.kind, sa.func.count()).where(Ticket.entered_by_id == me.id, Ticket.asked_at > clock.now() - LATELY)
    often = {row[0]: row[1] for row in session.execute(mine.group_by(Ticket.kind))}
    return sorted(kinds.of_grid(session, grid_id), key=lambda one: (-often.get(one.key, 0), one.rank))


def homes_first(session: Session, me: Me, grid_ids: Collection[int], most: int = 6) -> Sequence[tuple[Household, str]]:
    """The households heard of last, those whom this colleague noted first; each with what a list may show of it."""
    own = sa.func.max(sa.case((Ticket.entered_by_id == me.id, 1), else_=0))
    last = sa.select(Ticket.household_id, own.label("own"), sa.func.max(Ticket.asked_at).label("at"))
    near = sa.or_(Ticket.grid_id.in_(me.near), Ticket.entered_by_id == me.id)  # From afar only whom one noted oneself.
    last = last.where(Ticket.grid_id.in_(grid_ids), near, Ticket.household_id.is_not(None), Ticket.asked_at > clock.now() - LATELY)
    ranked = last.group_by(Ticket.household_id).order_by(sa.desc("own"), sa.desc("at")).limit(most).subquery()
    wanted = sa.select(Household).join(ranked, ranked.c.household_id == Household.id).order_by(ranked.c.own.desc(), ranked.c.at.desc())
    return [(one, _shown(session, one)) for one in session.scalars(wanted.options(joinedload(Household.estate)))]


def last(session: Session, me: Me, most: int = 5) -> Sequence[Ticket]:
    """What this colleague noted today, the newest first."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = sa.select(Ticket).where(Ticket.entered_by_id == me.id, Ticket.asked_at >= midnight).order_by(Ticket.id.desc()).limit(most)
    home = joinedload(Ticket.household).joinedload(Household.estate)
    return session.scalars(mine.options(joinedload(Ticket.grid), joinedload(Ticket.estate), home, *inbox.AS_A_ROW)).all()


def last_channel(session: Session, me: Me) -> Channel:
    """How the last question came to this colleague: most likely the next one too."""
    found = session.scalar(sa.select(Ticket.channel).where(Ticket.entered_by_id == me.id).order_by(Ticket.id.desc()).limit(1))
    return found or Channel.counter


def _shown(session: Session, home: Household) -> str:
    if home.estate is not None:
        return " ".join(part for part in (home.estate.name, home.building, home.room) if part)
    reach = session.scalar(sa.select(Reach).where(Reach.household_id == home.id).order_by(Reach.id.desc()).limit(1))
    return reach.shown if reach else str(_("Household %(n)s", n=home.id))
