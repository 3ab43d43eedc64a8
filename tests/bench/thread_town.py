"""A town with as many threads as one likes: households, what they asked, what they were told, what was promised."""

import random
import secrets
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, seals, tokens
from app.core.database import Database, Table
from broadcasts import drafts, notices
from broadcasts.tables import NoticeKind
from grids import grids
from tests import cast
from tickets.households.tables import Household, Merge, Reach, ReachKind
from tickets.tables import Address, Channel, Closure, Entry, Rating, Ticket, TicketPromise, TicketState

GRIDS, A_THREAD, LONG, AT_ONCE = 40, 5, 30, 4_000
"""Grids, messages of a thread, threads of the household with the long memory, threads laid down at once."""
ASKED = (
    "这个月电费怎么比上个月高了一百多，家里没添新电器", "昨天充了两百块，电表上一直没有到账", "想装一个充电桩，要准备什么材料，多久能装好",
    "楼道里的灯又不亮了，是你们修还是物业修", "房子过户了，电表户名怎么改", "家里老是跳闸，一开空调就跳", "峰谷电怎么办，合不合算",
)  # fmt: skip
TOLD = (
    "您家今年已经用到第二档，每度多五分钱，我把算法发给您。", "我查到到账了，您按一下电表上的按钮再看看。",
    "五个工作日内装好，材料带一次就行。", "楼道灯归物业，我已经把您的话转给物业值班室。", "在网上国网里办，上传房产证照片就行。",
)  # fmt: skip
KINDS = ("tier_tariff", "top_up_failed", "new_connection", "fault_report", "change", "")
YEARS = timedelta(days=3 * 365)


class Planted(NamedTuple):
    count: int
    threads: list[int]
    """Of the grid with half of everything."""
    remembered: list[int]
    """Of one household."""
    tokens: list[str]


class Town(NamedTuple):
    session: Session
    chance: random.Random
    estates: list[tuple[int, int]]
    """Grid and estate; the first is the large one."""
    person: int
    notice: int
    now: datetime


def plant(database: Database, messages: int) -> Planted:
    count = messages // A_THREAD
    with database.writing() as session:
        town = found(session)
        homes = move_in(town, max(100, count // 3))
        addresses, mine = [], []
        for start in range(0, count, AT_ONCE):
            rows: dict[type[Table], list[dict[str, Any]]] = defaultdict(list)
            for number in range(start, min(start + AT_ONCE, count)):
                owner = 1 if number < LONG else town.chance.randint(2, len(homes))
                token = secrets.token_hex(20)
                thread(town, rows, number + 1, owner, homes[owner - 1], token)
                addresses += [token] if number % (count // 200) == 0 else []
                mine += [number + 1] if homes[owner - 1][0] == town.estates[0][0] else []
            for table, some in rows.items():
                session.execute(sa.insert(table), some)
        _count_on(session)
    return Planted(count, town.chance.sample(mine, min(200, len(mine))), list(range(1, LONG + 1)) * 4, addresses)


def found(session: Session) -> Town:
    """The cast's town, with a manager's grid that is large, and 38 more."""
    cast_ = cast.play(session)
    estates = [(cast_.lotus.id, cast_.garden.id), (cast_.lake.id, cast_.shore.id)]
    for number in range(GRIDS - 2):
        grid = grids.add(
            session, code=f"2{number:05}", name=f"网格{number}", organisation=cast_.station, boundary=cast.square(117 + number / 50, 39.5)
        )
        estates.append((grid.id, cast.estate(session, grid, f"小区{number}", 3000, 39.5, 117.0, ("1号楼", "2号楼")).id))
    me = cast_.me(cast_.wangfang)
    fault = drafts.write(
        session, cast_.lotus, by=me, kind=NoticeKind.fault_outage, cause="电缆故障", words="抢修中。", estates=[cast_.garden.id]
    )
    notices.publish(session, fault, by=me)
    return Town(session, random.Random(2026), estates, me.id, fault.id, clock.now())


def move_in(town: Town, households: int) -> list[tuple[int, int, str]]:
    """Grid, estate and building of each household, half of them in the large grid.

    Two in three are reached by telephone, one in fifty proved to be another.
    """
    homes, rows, reaches, merges = [], [], [], []
    sealed = seals.of(town.session)
    for number in range(1, households + 1):
        grid_id, estate_id = town.estates[0] if number == 1 or town.chance.random() < 0.5 else town.chance.choice(town.estates[1:])
        building = f"{number % 60 + 1}号楼"
        homes.append((grid_id, estate_id, building))
        same = number - 1 if number % 50 == 0 else None
        rows.append(
            {
                "id": number,
                "grid_id": grid_id,
                "estate_id": estate_id,
                "building": building,
                "room": str(number),
                "door": True,
                "same_as_id": same,
            }
        )
        if number % 3:
            phone = f"154{number:08}"
            reaches.append({
                "id": number, "household_id": number, "kind": ReachKind.phone, "mark": sealed.mark(phone), "sealed": sealed.close(phone),
                "shown": f"154****{phone[-4:]}", "at": town.now,
            })  # fmt: skip
        if same:
            merges.append({"kept_id": same, "gone_id": number, "by_id": town.person, "at": town.now})
    for table, some in ((Household, rows), (Reach, reaches), (Merge, merges)):
        town.session.execute(sa.insert(table), some)
    return homes


def thread(town: Town, rows: dict[type[Table], list[dict[str, Any]]], key: int, owner: int, home: tuple[int, int, str], token: str) -> None:
    """Five messages: one in fifty waits, as many were answered, all others are settled."""
    chance, asked_at = town.chance, town.now - YEARS * town.chance.random()
    state = {0: TicketState.open, 1: TicketState.answered}.get(key % 50, TicketState.closed)
    if state is TicketState.open:
        asked_at = town.now - timedelta(hours=24 * chance.random())
    words = chance.choice(ASKED)
    rows[Ticket].append({
        "id": key, "grid_id": home[0], "estate_id": home[1], "household_id": owner, "state": state, "channel": Channel.web,
        "subject": words[:31], "building": home[2], "kind": chance.choice(KINDS), "reach_id": owner if owner % 3 else None,
        "notice_id": town.notice if home[0] == town.estates[0][0] and key % 10 == 0 else None, "dark": key % 10 == 0, "asked_at": asked_at,
        "due_at": asked_at + timedelta(hours=2), "answered_at": None if state is TicketState.open else asked_at + timedelta(hours=1),
        "told_update_id": None, "answered_by_notice": False, "entered_by_id": None,
    })  # fmt: skip
    for number in range(A_THREAD):
        by = town.person if number % 2 and state is not TicketState.open else None
        rows[Entry].append({
            "id": (key - 1) * A_THREAD + number + 1, "ticket_id": key, "author_id": by, "channel": None if by else Channel.web,
            "update_id": None, "words": chance.choice(TOLD) if by else words, "at": asked_at + timedelta(minutes=20 * number),
        })  # fmt: skip
    rows[Address].append({"token_hash": tokens.digest(token), "ticket_id": key, "after_entry_id": 0, "at": asked_at})
    if state is TicketState.closed:
        rows[Closure].append({"ticket_id": key, "by_id": town.person, "at": asked_at + timedelta(hours=3)})
        if key % 5 == 0:
            rows[Rating].append({"ticket_id": key, "stars": chance.randint(1, 5), "at": asked_at + timedelta(hours=4)})
    if state is not TicketState.open and key % 20 < 2:
        due = asked_at + timedelta(days=3)
        rows[TicketPromise].append({
            "ticket_id": key, "entry_id": (key - 1) * A_THREAD + 2, "by_id": town.person, "at": asked_at, "due_at": due,
            "kept_at": due if key % 200 else None,
        })  # fmt: skip


def _count_on(session: Session) -> None:
    """PostgreSQL's own counters do not see keys that were given."""
    if session.get_bind().dialect.name == "postgresql":
        for name in ("tickets", "entries", "households", "reaches"):
            session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
