"""The outreach log: where we went, about what, how many people we met, which cards they took home."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import audit, clock, sheets, tokens, twins
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from broadcasts.cards import cards
from broadcasts.cards.tables import Card
from grids.staff.staff import Me
from grids.tables import Grid
from tickets import written
from tickets.field.tables import HandedOut, Outreach

MOST, LONGEST_AGO = 100_000, timedelta(days=366)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is noted of it; `cards` are how many of each, by slug."""

    day: date
    place: str
    topic: str
    met: int
    words: str = ""
    cards: Mapping[str, int] = {}
    photo: str = ""


class Sum(msgspec.Struct, frozen=True):
    """Over how many outings; the people met and the cards handed out there."""

    n: int
    met: int
    cards: int


def note(session: Session, grid: Grid, told: Told, *, by: Me, nonce: str) -> Outreach:
    """Noted by who looks after the grid. Sent twice it is noted once; under the same number with other words it is another."""
    by.must_look_after(grid.id)
    nonce = tokens.once(nonce, grid.id, msgspec.structs.replace(told, photo=""))
    same = sa.select(Outreach).where(Outreach.nonce == nonce)
    if (known := session.scalar(same)) is not None:
        return known
    _must_be_believable(told)
    said = {name: written.line(getattr(told, name), name) for name in ("place", "topic", "words")}
    if blank := {name: _("Please fill this in.") for name in ("place", "topic") if not said[name]}:
        raise Mistaken(_("Please look again at the marked fields."), blank)
    noted = Outreach(
        grid_id=grid.id, day=told.day, met=told.met, photo=told.photo, nonce=nonce, by_id=by.id, at=clock.now(), **said
    )  # fmt: skip
    if not twins.first(session, noted):
        return session.scalars(same).one()
    _hand_out(session, noted, told.cards)
    audit.record(session, "outreach.note", f"outreach/{noted.id}", by=by.id, met=told.met, cards=sum(told.cards.values()))
    return noted


def listed(session: Session, grid_ids: Collection[int], *, most: int = 200) -> Sequence[Outreach]:
    """The newest day first, with who was there and which cards were handed out."""
    wanted = sa.select(Outreach).where(Outreach.grid_id.in_(grid_ids)).order_by(Outreach.day.desc(), Outreach.id.desc()).limit(most)
    shown = (joinedload(Outreach.grid), joinedload(Outreach.by), selectinload(Outreach.handed).joinedload(HandedOut.card))
    return session.scalars(wanted.options(*shown)).all()


def find(session: Session, outreach_id: int, *, for_: Me) -> Outreach:
    found = session.get(Outreach, outreach_id) if 0 < outreach_id < 2**63 else None
    if found is None or not for_.sees(found.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def sums(session: Session, grid_ids: Collection[int], *, since: date) -> dict[int, Sum]:
    """Of every grid that went out since then."""
    handed = sa.select(HandedOut.outreach_id, sa.func.sum(HandedOut.count).label("cards")).group_by(HandedOut.outreach_id).subquery()
    counted = sa.select(Outreach.grid_id, sa.func.count(), sa.func.sum(Outreach.met), sa.func.sum(sa.func.coalesce(handed.c.cards, 0)))
    counted = counted.outerjoin(handed, handed.c.outreach_id == Outreach.id).where(Outreach.grid_id.in_(grid_ids), Outreach.day >= since)
    return {key: Sum(int(n), int(met), int(given)) for key, n, met, given in session.execute(counted.group_by(Outreach.grid_id))}


def titles(session: Session) -> dict[str, str]:
    """The cards there are, by slug, as they are called now."""
    return {card.slug: card.title for card in cards.every(session)}


def rows(session: Session, grid_ids: Collection[int]) -> list[sheets.Row]:
    """To take to a meeting: one line an outing."""
    head = (_("Day"), _("Grid"), _("Place"), _("Topic"), _("People met"), _("Cards handed out"), _("Which cards"), _("Words"), _("By"))
    names = titles(session)
    found = listed(session, grid_ids, most=5000)
    return [tuple(map(str, head)), *(_row(one, names) for one in found)]


def _row(one: Outreach, names: Mapping[str, str]) -> sheets.Row:
    which = "; ".join(f"{names.get(given.card.slug, given.card.slug)} {given.count}" for given in one.handed)
    given = sum(given.count for given in one.handed)
    return (one.day, one.grid.name, one.place, one.topic, one.met, given, which, one.words, one.by.name)


def _hand_out(session: Session, noted: Outreach, counts: Mapping[str, int]) -> None:
    known = {row[0]: row[1] for row in session.execute(sa.select(Card.slug, Card.id).where(Card.slug.in_(counts)))}
    if unknown := counts.keys() - known.keys():
        raise Mistaken(_("Please look again at the marked fields."), {f"card-{slug}": _("There is no such card.") for slug in unknown})
    session.add_all(HandedOut(outreach_id=noted.id, card_id=known[slug], count=count) for slug, count in counts.items() if count)
    session.flush()


def _must_be_believable(told: Told) -> None:
    wrong = {}
    if not clock.today() - LONGEST_AGO <= told.day <= clock.today():
        wrong["day"] = _("A day that has been, within a year.")
    if not 0 <= told.met <= MOST:
        wrong["met"] = _("Please give a number.")
    wrong |= {f"card-{slug}": _("Please give a number.") for slug, count in told.cards.items() if not 0 <= count <= MOST}
    if wrong:
        raise Mistaken(_("Please look again at the marked fields."), wrong)
