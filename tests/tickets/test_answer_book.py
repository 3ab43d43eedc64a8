"""The answer book at work: chips for who answers, a first answer by itself for who asks, and what became of each."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from app.core.database import Database
from app.core.errors import Mistaken
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_pages import ask as ask_on_the_page
from tickets import answers, conversation, ratings, threads
from tickets.answers import book_uses
from tickets.answers.tables import AnswerUse
from tickets.outages import signs
from tickets.tables import Entry, Ticket, TicketState

ROOT = Path(__file__).parents[2]
SURE = "电费怎么突然变高"
SEARCH = """
import { searcher } from "%s";
const { book, asked } = JSON.parse(require("fs").readFileSync(0));
const search = searcher(book), began = process.cpuUsage();
const found = asked.map((question) => search(question).map((answer) => answer.id));
console.log(JSON.stringify({ found, each: process.cpuUsage(began).user / 1000 / asked.length }));
"""


def test_a_sure_question_is_answered_at_once_marked_and_still_waits_for_a_person(
    resident: Client, database: Database, told_town: Cast
) -> None:
    path = ask_on_the_page(resident, SURE)
    page = resident.get(path).text
    assert "自动答复，来自答案库" in page
    assert "有效至" in page
    with database.reading() as session:
        ticket = session.scalars(sa.select(Ticket)).one()
        assert (ticket.state, ticket.answered_at) == (TicketState.open, None)
    resident.post(f"{path}/person", data={})
    assert "已请人来答" in resident.get(path).text
    with database.reading() as session:
        assert session.scalars(sa.select(AnswerUse)).one().person_at is not None


@pytest.mark.parametrize("words", ["我妈用呼吸机电费怎么突然变高", "你们上次说的事情怎么样了", "没电了", "电表冒烟了怎么办"])
def test_it_stays_silent_when_it_is_not_sure(resident: Client, database: Database, told_town: Cast, words: str) -> None:
    ask_on_the_page(resident, words)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1
        assert session.scalars(sa.select(AnswerUse)).all() == []


def test_one_home_alone_in_the_dark_is_dark_and_is_sent_no_card_about_meters() -> None:
    alone = ("对门有电我家没有", "邻居家有电，我家没电", "楼上有电就我家没有", "隔壁都亮着，我家黑了", "我家没有，对门有电")
    for words in alone:
        assert (signs.is_dark(words), signs.needs_a_person(words)) == (True, True), words
    for words in (*alone, "停电到几点", "电表冒烟了怎么办"):
        assert book_uses.sure(words, answers.find(words)) is None, words
    for words in ("对门有电表我家没有", "邻居家有电，我家没交电费", "路灯亮着我家没法睡", "电表的红灯亮我家没人怎么还走字"):
        assert not signs.is_dark(words), words


def test_who_asks_for_a_person_after_closing_waits_anew(ask: Ask, town: Cast) -> None:
    ticket = ask(SURE)
    assert book_uses.answer_by_itself(town.session, ticket, SURE) is not None
    assert book_uses.answer_by_itself(town.session, ticket, SURE) is None
    me = town.me(town.wangfang)
    conversation.answer(town.session, ticket, by=me, words="看了，正常。")
    conversation.close(town.session, ticket, by=me)
    book_uses.ask_for_a_person(town.session, ticket)
    assert ticket.state is TicketState.open


def test_a_chip_fills_the_box_and_the_use_is_a_row(ask: Ask, town: Cast, signed_in: Callable[[Person], Client], database: Database) -> None:
    ticket = ask(SURE)
    town.session.commit()
    desk = signed_in(town.wangfang)
    page = desk.get(f"/desk/tickets/{ticket.id}").text
    card = re.findall(r'data-card="([\w-]+)"', page)
    assert 1 <= len(card) <= 3
    filled = desk.get(f"/desk/tickets/{ticket.id}?card={card[0]}").text
    one = answers.answer(card[0])
    assert one is not None
    assert one.words[:20] in filled
    found = desk.get(f"/desk/tickets/{ticket.id}?q=jietidianjia").text
    assert 'data-card="tier-how"' in found
    desk.post(f"/desk/tickets/{ticket.id}/answers", data={"words": book_uses.wording(one), "card": one.id})
    with database.reading() as session:
        used = session.scalars(sa.select(AnswerUse)).one()
        assert (used.ticket_id, used.answer, used.by_id) == (ticket.id, one.id, town.wangfang.id)


def test_an_expired_or_unknown_answer_cannot_be_sent(
    ask: Ask, town: Cast, signed_in: Callable[[Person], Client], database: Database
) -> None:
    ticket = ask(SURE)
    town.session.commit()
    refused = signed_in(town.wangfang).post(f"/desk/tickets/{ticket.id}/answers", data={"words": "旧话", "card": "no-such"})
    assert refused.status_code == 422
    assert "旧话" in refused.text
    with time_machine.travel(date(2031, 1, 1)), pytest.raises(Mistaken):
        book_uses.holding("tier-how")
    with database.reading() as session:
        assert session.scalars(sa.select(AnswerUse)).all() == []


def test_of_each_answer_uses_repeats_and_stars_are_counted(ask: Ask, town: Cast) -> None:
    me = town.me(town.wangfang)
    one = answers.answer("bill-high")
    assert one is not None
    for room in ("501", "502"):
        ticket = ask(SURE, estate=town.garden, room=room, contact=f"1380000{room}0")
        book_uses.note(town.session, threads.give(town.session, ticket, me, book_uses.wording(one)), one, by=me)
        ratings.rate(town.session, ticket, stars=4)
        conversation.close(town.session, ticket, by=me)
    conversation.reopen(town.session, ticket)
    other, card = ask("插卡电表怎么充值"), answers.answer("tier-how")
    assert card is not None
    book_uses.note(town.session, threads.say(town.session, other, None, card.words), card, by=None)
    conversation.answer(town.session, other, by=me, words="卡坏了，来营业厅换一张。")
    ratings.rate(town.session, other, stars=1)
    by_itself = {one.answer.id: one for one in book_uses.figures(town.session, me) if one.by_itself}
    assert [one.stars for one in by_itself.values()] == [None], "the stars are for who had the last word"
    first = book_uses.figures(town.session, me)[0]
    assert (first.answer.id, first.uses, first.by_itself, first.again, first.stars) == ("bill-high", 2, 0, 1, 4.0)
    assert len(book_uses.figures(town.session, me)) == len(answers.book())


def test_the_search_on_the_phone_finds_by_words_pinyin_and_initials(tmp_path: Path) -> None:
    """The same questions as for the server's search, asked of the script that works without signal."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    script = tmp_path / "search.mjs"
    head = 'import { createRequire } from "module"; const require = createRequire(import.meta.url);'
    book = tmp_path / "book.mjs"
    book.write_text((ROOT / "pwa/static/js/book.js").read_text())
    script.write_text(head + SEARCH % book)
    said = tomllib.loads((ROOT / "tests/tickets/answer_questions.toml").read_text())
    wanted = {question: right for question, right in {**said["later"], **said["last"]}.items() if right}
    handed = json.dumps({"book": answers.export(today=date(2026, 11, 25)), "asked": list(wanted)})
    told = json.loads(subprocess.run([node, script], input=handed, capture_output=True, text=True, check=True).stdout)
    right = sum(answer in found for answer, found in zip(wanted.values(), told["found"], strict=True))
    print(f"on the phone {right} of {len(wanted)} among three, {told['each']:.1f} ms each")
    assert right >= 0.95 * len(wanted)
    server = [answers.find(question, today=date(2026, 11, 25))[0].answer.id for question in wanted]
    alike = sum(found[:1] == [first] for found, first in zip(told["found"], server, strict=True))
    print(f"the same first as on the server: {alike} of {len(wanted)}")
    assert alike >= 0.93 * len(wanted)
    assert told["each"] <= 50
