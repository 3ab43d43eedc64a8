"""Like answers to like questions suggest one card: found by a job, decided by a person, never published by itself."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.cards.tables import Card
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import answers, conversation
from tickets.answers import idea_finding, ideas
from tickets.answers.tables import CardIdea

LIKE = [
    ("楼下充电棚晚上几点断电？", "电动自行车充电棚夜里11点断电，早上6点恢复，物业定的，要改请找物业前台。"),
    ("充电棚晚上断电是几点", "充电棚夜里11点断电、早上6点恢复，是物业定的；想改时间请找物业前台。"),
    ("自行车充电棚晚上几点停", "充电棚每天夜里11点断电，早上6点恢复。这是物业定的，想改请找物业前台。"),
]
OTHER = [
    ("阳台的灯闪", "您家阳台灯闪多半是灯座松了，先关灯，我明天上午过去看一看。"),
    ("充电棚太远", "充电棚的位置是业委会选的，我把您的意见转给他们，周五给您回话。"),
]


@pytest.fixture
def answered(town: Cast, ask: Ask) -> None:
    for n, (asked, said) in enumerate([*LIKE, *OTHER]):
        ticket = ask(asked, token=f"{n}" * 40)
        conversation.answer(town.session, ticket, by=town.me(town.wangfang), words=said)
    town.session.commit()


def test_three_alike_are_one_idea_and_what_was_let_be_is_not_brought_up_again(
    town: Cast, ask: Ask, answered: None, database: Database, chosen: Settings
) -> None:
    work, me = Work(database=database, settings=chosen), town.me(town.wangfang)
    town.session.commit()
    for _twice in range(2):
        idea_finding.sweep(work)
    (idea,) = ideas.open_to(town.session, me)
    assert len(idea.entries) == 3
    assert (idea.title, "王芳" in idea.source) == (min((asked for asked, _said in LIKE), key=len).rstrip("？"), True)
    assert ideas.open_to(town.session, town.me(town.chengang)) == []
    assert town.session.scalar(sa.select(sa.func.count()).select_from(Card)) == 0
    ideas.let_be(town.session, idea, by=me)
    ticket = ask("充电棚晚上几点断电呀", token="x" * 40)
    conversation.answer(town.session, ticket, by=me, words=LIKE[0][1])
    town.session.commit()
    idea_finding.sweep(work)
    assert ideas.open_to(town.session, me) == []
    row = town.session.scalars(sa.select(CardIdea)).one()
    assert (row.settled_by_id, row.settled_at is not None) == (me.id, True)
    town.session.commit()


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_answers_page_offers_it_filled_in_and_only_a_person_publishes(
    town: Cast, answered: None, database: Database, chosen: Settings, signed_in: Callable[[Person], Client]
) -> None:
    idea_finding.sweep(Work(database=database, settings=chosen))
    manager = signed_in(town.wangfang)
    page = manager.get("/desk/answers").text
    assert "这几条答复相似，写成一张卡？" in page
    like, other = (manager.get(f"/desk/tickets/{n}").text for n in (1, 1 + len(LIKE)))
    assert ("手写过 3 次" in like, "/desk/card-ideas/1" in like, "手写过" in other) == (True, True, False), "beside the answer itself"
    assert "相似的答复已给过 3 次" in manager.get("/desk").text
    form = manager.get("/desk/card-ideas/1").text
    assert "夜里11点断电" in form
    said = {"topic": "safety", "title": "充电棚几点断电", "words": "夜里11点断电，早上6点恢复。", "source": "王芳的答复"}
    looked_at = manager.post("/desk/card-ideas/1", data={**said, "preview": "1"})
    assert (looked_at.status_code, 'action="/desk/card-ideas/1"' in looked_at.text) == (200, True)
    assert manager.post("/desk/card-ideas/1", data={**said, "title": ""}).status_code == 422
    assert "夜里11点断电" in manager.post("/desk/card-ideas/1", data=said).text
    assert "这几条答复相似" not in manager.get("/desk/answers").text
    assert "手写过" not in manager.get("/desk/tickets/1").text
    assert "相似的答复" not in manager.get("/desk").text
    again = manager.post("/desk/card-ideas/1", data=said)
    assert (again.status_code, "已经处理过" in again.text) == (409, True)
    assert town.session.scalar(sa.select(sa.func.count()).select_from(Card)) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_the_book_answers_already_suggests_nothing(town: Cast, ask: Ask, database: Database, chosen: Settings) -> None:
    known = answers.book()[0]
    for n in range(3):
        ticket = ask(known.title, token=f"{n}" * 40)
        conversation.answer(town.session, ticket, by=town.me(town.wangfang), words=known.words[:200])
    town.session.commit()
    idea_finding.sweep(Work(database=database, settings=chosen))
    assert ideas.open_to(town.session, town.me(town.wangfang)) == []
