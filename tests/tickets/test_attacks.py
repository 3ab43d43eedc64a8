"""What breaks other help desks: many at once, invisible letters, households merged with themselves, everything twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.core.database import Database
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tickets import written
from tickets.households import merging
from tickets.households.tables import Merge
from tickets.tables import Channel, Closure, Entry, Ticket, TicketState

SignedIn = Callable[[Person], Client]


def test_answering_closing_and_asking_on_at_the_same_moment_lose_and_double_nothing(
    told_town: Cast, ask: Ask, resident: Client, signed_in: SignedIn, database: Database
) -> None:
    ticket = ask(token="t" * 40, estate=told_town.garden, room="501").id
    told_town.session.commit()
    owner, deputy = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)

    def act(n: int) -> int:
        who = owner if n % 2 else deputy
        if n % 4 == 3:
            return who.post(f"/desk/tickets/{ticket}/closure", follow_redirects=False).status_code
        if n % 4 == 2:
            return resident.post(f"/q/{'t' * 40}/messages", data={"words": f"再问{n}"}, follow_redirects=False).status_code
        return who.post(f"/desk/tickets/{ticket}/answers", data={"words": f"答{n}"}, follow_redirects=False).status_code

    with ThreadPoolExecutor(16) as hands:
        statuses = list(hands.map(act, range(16)))
    assert set(statuses) <= {303, 409}, Counter(statuses)
    with database.reading() as session:
        said = Counter(session.scalars(sa.select(Entry.words).where(Entry.ticket_id == ticket)))
        kept = {words for words in said if words.startswith(("答", "再问"))}
        assert len(kept) == sum(1 for n, status in enumerate(statuses) if status == 303 and n % 4 != 3), "what was acknowledged is kept"
        assert all(said[words] == 1 for words in kept)
        state = session.scalar(sa.select(Ticket.state).where(Ticket.id == ticket))
        shut = session.scalar(
            sa.select(sa.func.count()).select_from(Closure).where(Closure.ticket_id == ticket, Closure.reopened_at.is_(None))
        )
        assert (state is TicketState.closed) == (shut == 1), "closed once, or open with none"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_nobody_can_see_is_no_message(resident: Client) -> None:
    for blank in ("\u200b\u200b", "\ufeff", "\u2060\u00ad", "\u3164\u3164", "\u2800", "\u202e\u202d", "\u200d \ufe0f", "\u034f"):
        answer = resident.post("/g/104226/ask", data={"words": blank, "nonce": "z" * 24})
        assert (answer.status_code, "请填写" in answer.text) == (422, True), ascii(blank)
    long = resident.post("/g/104226/ask", data={"words": "电" * 10_000, "nonce": "z" * 24})
    assert (long.status_code, "个字" in long.text) == (422, True)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_invisible_letters_split_no_home_and_hide_no_danger(told_town: Cast, ask: Ask) -> None:
    first, second = (ask(f"问{n}", estate=told_town.garden, building="1号楼", room=room) for n, room in enumerate(("501", "5\u200b01")))
    assert first.household_id == second.household_id
    assert written.message("👨\u200d👩\u200d👧 家里没电") == "👨\u200d👩\u200d👧 家里没电", "a family stays one"
    assert ask("电线掉\u200b下来\u2060了，冒火\ufeff花").dark == ask("电线掉下来了，冒火花").dark


def test_a_household_is_not_merged_with_itself_and_twice_parted_is_parted_once(
    told_town: Cast, ask: Ask, signed_in: SignedIn, database: Database
) -> None:
    home = {"estate": told_town.garden, "building": "1号楼"}
    one, other = (ask(f"问{n}", room=str(n), channel=Channel.phone, by=told_town.me(told_town.wangfang), **home) for n in (501, 502))
    told_town.session.commit()
    desk, at = signed_in(told_town.wangfang), f"/desk/tickets/{one.id}"
    itself = desk.post(f"{at}/merges", data={"household": str(one.household_id)})
    assert (itself.status_code, "已经是同一户" in itself.text) == (409, True)
    for _twice in range(2):
        assert desk.post(f"{at}/merges", data={"household": str(other.household_id)}, follow_redirects=False).status_code == 303
    with database.reading() as session:
        [made] = session.scalars(sa.select(Merge)).all()
    with ThreadPoolExecutor(4) as hands:
        parted = list(hands.map(lambda _n: desk.post(f"{at}/merges/{made.id}/undoing", follow_redirects=False).status_code, range(4)))
    assert set(parted) == {303}
    with database.reading() as session:
        assert len(merging.family(session, one.household_id)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Merge).where(Merge.undone_at.is_(None))) == 0
