"""Who reads what of a person, over every address of the staff and of machines: docs/privacy.md's table."""

import re
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.database import Database
from grids.staff import organisations, staff
from grids.tables import Person, Role
from tests.cast import PASSWORD, Cast
from tests.client import Client
from tests.routes import LISTED, fill
from tests.scene import Scene, set_up
from tickets import conversation, promises, threads
from tickets.privacy import requests
from tickets.privacy.tables import LookUp, Proof, Wish
from tickets.procedures import papers
from tickets.procedures.tables import Case
from tickets.specialists import consulting
from tickets.tables import Channel, Errand

NUMBER, NAME, ROOM, WRITTEN = "13700002222", "李小强", "7788", "13700001111"
Pages = dict[str, str]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scene(town: Cast, session: Session) -> Scene:
    """李小强 told everything of himself. The grid has a hall of its own with a clerk, 钱敏; 孙丽 sits in the station above it."""
    hall = organisations.add(session, "莲花营业厅", under=town.station)
    town.lotus.organisation_id = hall.id
    staff.add(session, name="钱敏", phone="10000000019", role=Role.clerk, organisation=hall, password=PASSWORD, by=None)
    made, me = set_up(session, town), town.me(town.wangfang)
    words = f"我叫{NAME}，电话{WRITTEN}，家里没电了"
    ticket = conversation.ask(
        session, town.lotus, words=words, channel=Channel.phone, token="3c" * 20, estate=town.garden,
        building=f"3号楼2单元{ROOM}室{NAME}{WRITTEN}", room=ROOM, contact=NUMBER, by=me,
    )  # fmt: skip
    promises.make(session, threads.give(session, ticket, me, f"{NAME}您好，明天回电{WRITTEN}。"), by=me, day=clock.today())
    session.execute(sa.update(type(ticket)).where(type(ticket).id == ticket.id).values(due_at=clock.now() - timedelta(hours=1)))
    conversation.say_more(session, ticket, words=f"我是{NAME}先生，还没电")
    request = requests.enter(session, ticket, wish=Wish.copy, proof=Proof.bill, by=me)
    errand = session.scalars(sa.select(Errand.id).where(Errand.ticket_id == ticket.id)).one()
    asked = consulting.ask(session, ticket, specialist=f"metering/{town.wujian.id}", by=me, words=f"{NAME}（{WRITTEN}）要不要换表？")
    consulting.note(session, asked, by=me, words=f"他住{ROOM}室，{NAME}急用")
    case = session.scalars(sa.select(Case).options(joinedload(Case.ticket), joinedload(Case.procedure)).order_by(Case.id)).first()
    assert case is not None
    papers.see(session, case, "身份证明", by=me, words=f"户主{NAME}，{WRITTEN}")
    session.commit()
    keys = {"ticket": ticket.id, "consultation": asked.id, "reached_ticket": ticket.id, "errand": errand, "data_request": request.id}
    return msgspec.structs.replace(made, **keys)


UNREAD = (".pdf", ".png", ".xlsx", ".csv", ".svg", "/photo", ".json", "/photos/{photo_id}")
"""Files and drawings; what they hold has tests of its own."""


@pytest.fixture
def read(scene: Scene, database: Database, signed_in: Callable[..., Client], machine: Callable[..., Client]) -> Callable[[str], Pages]:
    """What a person reads at all addresses that take nothing but looking, in every list, and by searching."""
    with database.reading() as reading:
        known = {person.name: person for person in reading.scalars(sa.select(Person))}
    listed = [path for method, path in sorted(LISTED) if method == "GET" and path.startswith(("/desk", "/review", "/api/v1/tickets"))]
    addresses = {path: fill("GET", path, scene) for path in listed if not path.endswith(UNREAD)}
    more = [f"/desk/tickets?state={one}" for one in ("open", "answered")] + [f"/review/tickets?which={one}" for one in ("open", "overdue")]

    def everything(name: str) -> Pages:
        browser, program = signed_in(known[name]), machine(known[name])
        pages = {path: (program if path.startswith("/api") else browser).get(address).text for path, address in addresses.items()}
        for sought in (ROOM, NUMBER):
            found = browser.post("/desk/lookups", data={"q": sought}).text
            pages[f"search {sought}"] = found.replace(f'value="{sought}"', "")  # It stands in its own box again.
        return pages | {path: browser.get(path).text for path in more}

    return everything


def where(pages: Pages, sign: str) -> set[str]:
    """Not within a longer number: the fractions of a second in a time are nobody's room."""
    said = re.compile(rf"(?<!\d){sign}(?!\d)" if sign.isdigit() else re.escape(sign))
    return {path for path, words in pages.items() if said.search(words)}


def test_who_reads_what_of_a_person(read: Callable[[str], Pages]) -> None:
    for name in ("王芳", "钱敏"):  # On duty, and the clerk of the grid's own hall: rooms and words, and a masked number.
        pages = read(name)
        assert where(pages, NUMBER) == set()
        for sign in (NAME, ROOM, "137****2222"):
            assert "/desk/tickets/{ticket_id}" in where(pages, sign)
        assert f"search {ROOM}" in where(pages, ROOM)
        assert {"/desk/consultations/{consultation_id}", "/desk/cases/{case_id}"} <= where(pages, NAME)
    for name in ("刘洁", "孙丽", "管理员"):  # A supervisor, a clerk of the hall above, an administrator: what was asked, and nobody.
        pages = read(name)
        for sign in (NUMBER, NAME, ROOM, WRITTEN, "****2222"):
            assert where(pages, sign) == set(), (name, sign)
        assert {"/desk/tickets/{ticket_id}", "/api/v1/tickets/{ticket_id}", f"search {NUMBER}"} <= where(pages, "家里没电了")
        assert f"search {ROOM}" not in where(pages, "家里没电了"), "what may not be read is not found either"
    pages = read("吴建")  # The specialist who is asked about it.
    assert "/desk/consultations/{consultation_id}" in where(pages, "家里没电了")
    for sign in (NUMBER, NAME, ROOM, WRITTEN):
        assert where(pages, sign) == set(), sign
    pages = read("陈刚")  # The manager next door, who is to take this grid over: that page is his, nothing else.
    del pages["/desk/passings/{passing_id}"]
    for sign in (NUMBER, NAME, ROOM, WRITTEN, "****2222", "家里没电了"):
        assert where(pages, sign) == set(), sign


def test_a_tap_with_a_reason_shows_the_number_to_that_colleague_for_a_while(
    scene: Scene, signed_in: Callable[..., Client], town: Cast, database: Database
) -> None:
    mine, deputy, admin = signed_in(town.wangfang), signed_in(town.zhaomin), signed_in(town.admin)
    address = f"/desk/tickets/{scene.ticket}"
    assert "显示号码" in mine.get(address).text
    shown = mine.post(f"{address}/looks", data={"reason": "call_back"}).text
    assert f'href="tel:{NUMBER}"' in shown
    assert NUMBER not in deputy.get(address).text
    vague = deputy.post(f"{address}/looks", data={"reason": "other", "note": "看"})
    assert (vague.status_code, "用途" in vague.text, NUMBER in vague.text) == (422, True, False)
    called = deputy.post(f"/desk/errands/{scene.errand}/looks")
    assert f'href="tel:{NUMBER}"' in called.text
    log = admin.get("/desk/admin/lookups").text
    assert "王芳 · 回电话" in log
    assert "赵敏 · 告知停电" in log
    with database.writing() as session:
        session.execute(sa.update(LookUp).values(at=clock.now() - timedelta(minutes=31)))
    assert NUMBER not in mine.get(address).text
