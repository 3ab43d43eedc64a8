"""The same form sent twice at the same moment is answered as the same, on both databases."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, twins
from app.core.database import Database
from broadcasts.subscribers import subscribers
from broadcasts.subscribers.tables import ChannelName
from grids.points import points, sightings
from grids.points.tables import Found
from grids.reaching import timed
from grids.reaching.tables import Home
from grids.tables import PaymentPoint
from tests.cast import Cast
from tickets.field import consults, outreach
from tickets.field.outreach import Told
from tickets.households.tables import Household
from tickets.tables import Channel

Send = Callable[[Session], int]


@pytest.fixture
def sent(told_town: Cast) -> dict[str, Send]:
    """One of each form that is known by its number."""
    town = told_town
    me, lotus = town.me(town.wangfang), town.lotus
    shop = points.add(town.session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465, opening_hours="24/7").id
    home = Home(estate_id=town.garden.id, building_id=None, lat=39.994, lon=116.465)
    town.session.add(home)
    town.session.commit()
    told = Told(day=clock.today(), place="东门", topic="防触电", met=46)
    heard = consults.Heard(channel=Channel.counter, card="tier-how", solved=True)

    def at(session: Session) -> PaymentPoint:
        return session.get_one(PaymentPoint, shop)

    hook = ChannelName.webhook
    return {
        "an address": lambda session: subscribers.of_address(session, hook, "https://example.com/hook").id,
        "an outing": lambda session: outreach.note(session, lotus, told, by=me, nonce="one").id,
        "a consultation": lambda session: consults.note(session, lotus, heard, by=me, token="one").id,
        "a shut door": lambda session: sightings.tell_shut(session, at(session), nonce="one").id,
        "a visit": lambda session: sightings.visit(session, at(session), by=me, found=Found.open, nonce="one").id,
        "a walk": lambda session: timed.time(
            session, session.get_one(Home, home.id), at(session), by=me, seconds=300, nonce="one").id,
    }  # fmt: skip


def at_the_same_moment(database: Database, send: Send) -> tuple[int, int]:
    """The second comes while the first has written and is not yet kept."""
    second: list[int] = []

    def again() -> None:
        with database.writing() as session:
            second.append(send(session))

    twin = threading.Thread(target=again)
    with database.writing() as session:
        first = send(session)
        twin.start()
        twin.join(0.2)
        assert twin.is_alive(), "it waits for the first"
    twin.join(10)
    return first, second[0]


def test_two_that_come_at_the_same_moment_are_one(database: Database, sent: dict[str, Send]) -> None:
    for what, send in sent.items():
        first, second = at_the_same_moment(database, send)
        assert first == second, what
    with database.reading() as session:
        noted = session.execute(sa.select(audit.AuditEntry.act, audit.AuditEntry.subject)).all()
    done = [row for row in noted if row.act in ("outreach.note", "tickets.consult", "points.visit", "walks.time")]
    assert len(set(done)) == len(done) == 4


def test_what_is_wrong_in_another_way_is_no_twin(session: Session, town: Cast) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        twins.first(session, Household(grid_id=999_999, building="1号楼", room="1"))
    home = {"estate_id": town.garden.id, "building": "1号楼", "room": "1", "door": True}
    assert [twins.first(session, Household(grid_id=town.lotus.id, **home)) for _twice in range(2)] == [True, False]
