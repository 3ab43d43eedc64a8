"""What the demo town's residents ask, and how they are answered."""

import csv
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock, tokens
from app.seed.town import FILES, Happening, Town, estate, read
from broadcasts import notices
from broadcasts.tables import Notice
from grids.tables import Grid
from tickets import conversation, promises, ratings
from tickets.tables import Channel, Ticket


def threads(town: Town) -> Iterable[Happening]:
    for number, asked in enumerate(read("tickets")["tickets"]):
        first, *rest = asked["entries"]
        yield town.when(first["at"]), _asking(town, number, asked, first["words"])
        for entry in rest:
            yield town.when(entry["at"]), _saying(town, number, entry, heard_by=asked.get("entered_by"))
        if closed := asked.get("closed"):
            yield town.when(closed["at"]), _closing(town, number, closed["by"], heard_by=asked.get("entered_by"))
        if rating := asked.get("rating"):
            yield town.when(rating["at"]), _rating(town, number, rating)


def crowd(town: Town) -> Iterable[Happening]:
    """Those who have no power and ask no more than when it comes back; and three who may have a fault of their own."""
    for name in ("askers", "reports"):
        with (FILES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(line for line in file if not line.startswith("#"))):
                yield town.now + timedelta(minutes=int(row["minutes"])), _reporting(town, f"{name}{number}", row)


def _reporting(town: Town, key: str, row: dict[str, str]) -> Callable[[Session], None]:
    def report(session: Session) -> None:
        home = estate(session, row["estate"])
        channel = Channel(row["channel"])
        conversation.ask(
            session, session.get_one(Grid, home.grid_id), words=row["words"], channel=channel, estate=home, building=row["building"],
            room=row["room"], contact=row["contact"], token=tokens.derive("demo", "ticket", key),
            by=None if channel is Channel.web else town.me(session, "wang"),
        )  # fmt: skip

    return report


def _asking(town: Town, number: int, asked: dict[str, Any], words: str) -> Callable[[Session], None]:
    def begin(session: Session) -> None:
        home = estate(session, asked["estate"])
        notice = session.get(Notice, town.notices[asked["notice"]], options=notices.SHOWN) if "notice" in asked else None
        notice = notice if notice and notice.grid_id == home.grid_id else None
        by = town.me(session, asked["entered_by"]) if "entered_by" in asked else None
        ticket = conversation.ask(
            session, session.get_one(Grid, home.grid_id), words=words, channel=Channel(asked["channel"]), estate=home,
            building=asked["building"], room=asked["room"], contact=asked.get("contact", ""), notice=notice,
            by=by, token=tokens.derive("demo", "ticket", str(number)),
        )  # fmt: skip
        town.tickets[number] = ticket.id

    return begin


def _saying(town: Town, number: int, entry: dict[str, Any], *, heard_by: str | None) -> Callable[[Session], None]:
    def say(session: Session) -> None:
        ticket, by = session.get_one(Ticket, town.tickets[number]), entry.get("by")
        if by and by == heard_by:
            conversation.answer_at_once(session, ticket, by=town.me(session, by), words=entry["words"], solved=False)
        elif by:
            said = conversation.answer(session, ticket, by=town.me(session, by), words=entry["words"])
            if "promise" in entry:
                day = clock.local(town.when({"days": entry["promise"], "at": "18:00"})).date()
                promises.make(session, said, by=town.me(session, by), day=day)
        else:
            conversation.say_more(session, ticket, words=entry["words"])

    return say


def _closing(town: Town, number: int, by: str, *, heard_by: str | None) -> Callable[[Session], None]:
    def close(session: Session) -> None:
        ticket, me = session.get_one(Ticket, town.tickets[number]), town.me(session, by)
        if by == heard_by:
            conversation.answer_at_once(session, ticket, by=me, words="", solved=True)
        else:
            conversation.close(session, ticket, by=me, over=True)

    return close


def _rating(town: Town, number: int, rating: dict[str, Any]) -> Callable[[Session], None]:
    def rate(session: Session) -> None:
        ticket = session.get_one(Ticket, town.tickets[number])
        ratings.rate(session, ticket, stars=rating["stars"], words=rating.get("words", ""))

    return rate
