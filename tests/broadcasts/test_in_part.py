"""Dispatch wrote 莲花园(部分), and nobody knows yet which buildings: so it is said, and no more than that."""

from collections.abc import Callable

import pytest

from app.core import clock
from broadcasts import homes, notices, texts
from broadcasts.homes import Touch
from broadcasts.present import present
from broadcasts.sending import fitted
from broadcasts.sending.tables import GroupPlace
from broadcasts.subscribers import audiences
from broadcasts.tables import Place, UpdateState
from grids.tables import Estate, Person
from tests.broadcasts.pasted import Form, paste, text
from tests.broadcasts.stage import published
from tests.broadcasts.test_unanswered import questions
from tests.cast import Cast
from tests.client import Client

SignedIn = Callable[[Person], Client]
WHICH = "只停莲花园的一部分，是哪几栋？"


def test_it_is_said_wherever_the_place_is_said_until_somebody_knows_which(town: Cast) -> None:
    notice, me = published(town, estates=[town.court.id], partly=[town.garden.id]), town.me(town.wangfang)
    assert audiences.lines(notice.places) == ["莲花园（部分）", "荷塘苑"]
    assert homes.ask(notice, town.garden, "2号楼").touch is Touch.perhaps
    assert homes.ask(notice, town.court, "").touch is Touch.yes
    mine = fitted.places(notice, [GroupPlace(estate=town.garden, building=town.garden.buildings[0])])
    assert texts.group(notice, present(notice, clock.now()), None, base_url="", places=mine).count("莲花园（部分）") >= 1
    notices.update(town.session, notice, by=me, state=UpdateState.corrected, estates=[town.court.id, town.garden.id])
    assert notice.updates[-1].words == "范围更正为：莲花园、荷塘苑。", "now it is all of it"
    town.session.flush()
    town.session.expire_all()
    audiences.of_grid(town.session, town.lotus)
    known = notices.by_number(town.session, notice.number)
    assert audiences.lines(known.places) == ["莲花园", "荷塘苑"]
    assert homes.ask(known, town.garden, "2号楼").touch is Touch.yes
    notices.update(town.session, known, by=me, state=UpdateState.corrected, estates=[town.court.id], partly=[town.garden.id])
    buildings = [town.garden.buildings[0].id]
    notices.update(town.session, known, by=me, state=UpdateState.corrected, estates=[], buildings=buildings, partly=[town.garden.id])
    assert audiences.lines(known.places) == ["莲花园 1号楼"], "who names buildings knows which"


def test_a_headline_names_no_estate_whole_of_which_only_some_buildings_are_out(town: Cast) -> None:
    def place(estate: Estate, *numbers: int) -> list[Place]:
        return [Place(estate=estate, building=estate.buildings[n]) for n in numbers] or [Place(estate=estate, building=None)]

    def kept(*groups: list[Place]) -> list[Place]:
        return [one for group in groups for one in group]

    audiences.of_grid(town.session, town.lotus)
    garden, court = town.garden, town.court
    assert audiences.short(kept(place(garden, 0, 1), place(court, 0))) == "莲花园、荷塘苑部分楼栋"
    assert audiences.short(kept(place(garden, 0, 1), place(court))) == "莲花园（部分）、荷塘苑"
    assert audiences.short(kept(place(garden), place(court))) == "莲花园、荷塘苑"
    assert audiences.short(place(garden, 0, 1)) == "莲花园 1–2号楼"
    assert audiences.short(kept(place(garden, 0), place(court, 0)), most=1) == "荷塘苑等2处部分楼栋"
    drawn = published(town, estates=[], buildings=[garden.buildings[0].id, court.buildings[0].id])
    assert drawn.title == "荷塘苑、莲花园部分楼栋故障停电"
    assert "荷塘苑、莲花园部分楼栋" in texts.headline(drawn, present(drawn, clock.now()))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_one_tap_on_what_was_pasted_says_so_and_residents_read_perhaps(told_town: Cast, signed_in: SignedIn, resident: Client) -> None:
    client = signed_in(told_town.wangfang)
    form = Form(paste(client, text("莲花园(部分)、荷塘苑")).text)
    assert WHICH in form.asked
    assert form.said.get("partly") is None
    address, said = form.answer("部分，不知道哪几栋")
    answered = Form(client.post(address, data=said).text)
    assert answered.said["partly"] == [str(told_town.garden.id)]
    assert WHICH not in answered.asked
    preview = client.post("/desk/notices", data=answered.said)
    assert questions(preview.text) == []
    assert "莲花园（部分）" in preview.text
    assert Form(client.get(f"{preview.url.path}/edit").text).said["partly"] == [str(told_town.garden.id)]
    number = client.post(f"{preview.url.path}/publication", data={}).url.path.rpartition("/")[2]
    page = resident.get(f"/n/{number}", params={"estate": told_town.garden.id, "building": "2"}).text
    assert "莲花园（部分）" in page
    assert "可能：莲花园只停一部分，还不知道是哪几栋" in page
