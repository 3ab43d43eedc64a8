"""The demo town: brought in by the importers that users use, and given a past by the acts that users use."""

import csv
import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import seed_changes, seed_clocks, seed_consulting, seed_desk, seed_field, seed_photos
from app.core import clock, tokens
from app.core.database import Database
from app.core.settings import Settings
from broadcasts import cards, notices, tariffs
from broadcasts.tables import Card, Notice, NoticeKind, UpdateState, public
from grids import equipment, importing, organisations, pay_ways, sightings, staff
from grids.datum import Datum
from grids.pay_way_tables import PayWay
from grids.reaching import gates
from grids.tables import Building, Estate, Found, Grid, Organisation, Part, PaymentPoint, Person, Role
from tickets import conversation, promises, ratings
from tickets.tables import Channel, Ticket

TOWN = Path(__file__).parent / "demo"
ROUND = timedelta(minutes=10)
BEGAN = timedelta(days=400)
Happening = tuple[datetime, Callable[[Session], None]]


class Town:
    """What has been made so far, by the keys of the town's files, and the moment from which its past is counted."""

    def __init__(self) -> None:
        self.now = clock.now() - (clock.now() - datetime.min.replace(tzinfo=clock.now().tzinfo)) % ROUND
        self.people: dict[str, int] = {}
        self.notices: dict[str, int] = {}
        self.tickets: dict[int, int] = {}

    def when(self, said: dict[str, Any]) -> datetime:
        """{minutes = -110} from now, or {days = -3, at = "08:00"} on Shanghai's calendar."""
        if "minutes" in said:
            return self.now + timedelta(minutes=said["minutes"])
        day = clock.local(self.now).date() + timedelta(days=said["days"])
        return clock.as_utc(datetime.fromisoformat(f"{day}T{said['at']}"))

    def me(self, session: Session, key: str) -> staff.Me:
        return staff.as_me(session, session.get_one(Person, self.people[key]))


def is_empty(database: Database) -> bool:
    with database.reading() as session:
        return not session.scalar(sa.select(sa.func.count()).select_from(Person))


def plant(database: Database, settings: Settings) -> None:
    """Fill an empty database with the town, all or nothing."""
    town = Town()
    with database.writing() as session:
        with clock.at(town.now - BEGAN):
            found_station(session, town)
            bring_places(session)
            put_on_duty(session, town)
            pin_gates(session, town)
            seed_desk.lists(session, _places)
        past = [
            *broadcast(town),
            *ask(town),
            *seed_consulting.consult(town),
            *seed_clocks.run(town, _read("tickets")["tickets"]),
            *seed_photos.run(town, settings),
            *crowd(town),
            *print_cards(town),
            *keep_true(town),
            *seed_desk.brought(town.when, town.notices),
            *seed_field.work(town),
            *seed_changes.happened(town),
        ]
        for moment, happen in sorted(past, key=lambda one: one[0]):
            with clock.at(moment):
                happen(session)


def found_station(session: Session, town: Town) -> None:
    said = _read("people")
    for one in said["organisations"]:
        above = organisations.named(session, _name_of(said, one["under"])) if one["under"] else None
        organisations.add(session, one["name"], under=above)
    for one in said["people"]:
        where = session.scalars(sa.select(Organisation).where(Organisation.name == _name_of(said, one["organisation"]))).one()
        person = staff.add(
            session, name=one["name"], phone=one["phone"], role=Role(one["role"]), organisation=where, password=one["password"], by=None
        )
        town.people[one["key"]] = person.id
    tariff = said["tariff"]
    if company := organisations.named(session, _name_of(said, tariff["organisation"])):
        tariffs.place(session, company, tariff["region"], by=town.me(session, tariff["by"]))


def bring_places(session: Session) -> None:
    """The same importers that an administrator uses."""
    for what, name, datum in (
        ("grids", "grids.geojson", Datum.wgs84), ("estates", "estates.csv", Datum.bd09), ("buildings", "buildings.csv", Datum.wgs84),
        ("points", "points.csv", Datum.wgs84), ("streets", "streets.geojson", Datum.wgs84),
    ):  # fmt: skip
        importing.bring(session, what, TOWN / name, datum=datum)


def pin_gates(session: Session, town: Town) -> None:
    for gate in _read("gates")["gates"]:
        estate = session.scalars(sa.select(Estate).where(Estate.name == gate["estate"])).one()
        where = {name: gate[name] for name in ("name", "lat", "lon")}
        gates.pin(session, estate, by=town.me(session, gate["by"]), opening_hours=gate.get("opening_hours", ""), **where)


def put_on_duty(session: Session, town: Town) -> None:
    for one in _read("people")["people"]:
        for key, part in (("manages", Part.manager), ("stands_in", Part.deputy)):
            for code in one.get(key, []):
                grid = session.scalars(sa.select(Grid).where(Grid.code == code)).one()
                staff.put_on_duty(session, grid, session.get_one(Person, town.people[one["key"]]), part=part, by=None)


def broadcast(town: Town) -> Iterable[Happening]:
    for told in _read("notices")["notices"]:
        yield town.when(told["published"]), _publishing(town, told)
        for later in told.get("updates", []):
            yield town.when(later["at"]), _updating(town, told["key"], later)
    for number, past in enumerate(_read("past_outages")["outages"]):
        yield from _over(town, f"past-{number}", past)


def _over(town: Town, key: str, past: dict[str, Any]) -> Iterable[Happening]:
    """An outage of which only the times matter: when it began, how long was promised, how much later it was over."""
    start = town.when(past)
    minutes = {"minutes": int((start - town.now).total_seconds() // 60)}
    told = {
        "key": key, "grid": past["grid"], "by": past["by"], "kind": "fault_outage", "places": [{"estate": past["estate"]}],
        "cause": past["cause"], "line": past["line"], "words": past["cause"],
        "starts": minutes, "ends": {"minutes": minutes["minutes"] + past["promised"]},
    }  # fmt: skip
    back = minutes["minutes"] + past["promised"] + past["late"]
    yield start + timedelta(minutes=10), _publishing(town, told)
    restored = {"state": "restored", "by": past["by"], "words": "", "ends": {"minutes": back}}
    yield start + timedelta(minutes=past["promised"] + past["late"] + 5), _updating(town, key, restored)


def _publishing(town: Town, told: dict[str, Any]) -> Callable[[Session], None]:
    def publish(session: Session) -> None:
        grid = session.scalars(sa.select(Grid).where(Grid.code == told["grid"])).one()
        me = town.me(session, told["by"])
        estates, buildings = _places(session, told["places"])
        written = {name: told.get(name, "") for name in ("title", "cause", "line")}
        times: dict[str, Any] = {f"{name}_at": town.when(told[name]) for name in ("starts", "ends") if name in told}
        notice = notices.draft(
            session, grid, by=me, kind=NoticeKind(told["kind"]), words=told["words"].strip(), estates=estates, buildings=buildings,
            **written, **times,
        )  # fmt: skip
        next_at = town.when(told["next"]) if "next" in told else None
        notices.publish(session, notice, by=me, late_reason=told.get("late_reason", ""), next_update_at=next_at)
        town.notices[told["key"]] = notice.id

    return publish


def _updating(town: Town, key: str, later: dict[str, Any]) -> Callable[[Session], None]:
    def update(session: Session) -> None:
        notice = _notice(session, town.notices[key])
        words = later["words"].replace("{next}", f"{clock.local(town.when(later['next'])):%H:%M}" if "next" in later else "")
        times: dict[str, Any] = {f"{name}_at": town.when(later[name]) for name in ("starts", "ends") if name in later}
        times |= {"cause": later.get("cause", ""), "next_update_at": town.when(later["next"]) if "next" in later else None}
        notices.update(session, notice, by=town.me(session, later["by"]), state=UpdateState(later["state"]), words=words, **times)

    return update


def _notice(session: Session, notice_id: int) -> Notice:
    return session.scalars(sa.select(Notice).where(Notice.id == notice_id).options(*notices.SHOWN)).one()


def _places(session: Session, said: list[dict[str, Any]]) -> tuple[list[int], list[int]]:
    """Ids of whole estates, and of single buildings."""
    estates: list[int] = []
    buildings: list[int] = []
    for place in said:
        estate = session.scalars(sa.select(Estate).where(Estate.name == place["estate"])).one()
        if named := place.get("buildings"):
            found = sa.select(Building.id).where(Building.estate_id == estate.id, Building.name.in_(named))
            buildings += session.scalars(found).all()
        else:
            estates.append(estate.id)
    return estates, buildings


def ask(town: Town) -> Iterable[Happening]:
    for number, asked in enumerate(_read("tickets")["tickets"]):
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
        with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(line for line in file if not line.startswith("#"))):
                yield town.now + timedelta(minutes=int(row["minutes"])), _reporting(town, f"{name}{number}", row)


def _reporting(town: Town, key: str, row: dict[str, str]) -> Callable[[Session], None]:
    def report(session: Session) -> None:
        estate = session.scalars(sa.select(Estate).where(Estate.name == row["estate"])).one()
        channel = Channel(row["channel"])
        conversation.ask(
            session, session.get_one(Grid, estate.grid_id), words=row["words"], channel=channel, estate=estate, building=row["building"],
            room=row["room"], contact=row["contact"], token=tokens.derive("demo", "ticket", key),
            by=None if channel is Channel.web else town.me(session, "wang"),
        )  # fmt: skip

    return report


def _asking(town: Town, number: int, asked: dict[str, Any], words: str) -> Callable[[Session], None]:
    def begin(session: Session) -> None:
        estate = session.scalars(sa.select(Estate).where(Estate.name == asked["estate"])).one()
        notice = session.get(Notice, town.notices[asked["notice"]]) if "notice" in asked else None
        notice = notice if notice and notice.grid_id == estate.grid_id else None
        by = town.me(session, asked["entered_by"]) if "entered_by" in asked else None
        ticket = conversation.ask(
            session, session.get_one(Grid, estate.grid_id), words=words, channel=Channel(asked["channel"]), estate=estate,
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
            conversation.close(session, ticket, by=me)

    return close


def _rating(town: Town, number: int, rating: dict[str, Any]) -> Callable[[Session], None]:
    def rate(session: Session) -> None:
        ticket = session.get_one(Ticket, town.tickets[number])
        ratings.rate(session, ticket, stars=rating["stars"], words=rating.get("words", ""))

    return rate


def print_cards(town: Town) -> Iterable[Happening]:
    for card in _read("cards")["cards"]:
        yield town.now - timedelta(days=20), _printing(town, card)


def _printing(town: Town, card: dict[str, Any]) -> Callable[[Session], None]:
    def publish(session: Session) -> None:
        until = clock.local(town.when({"days": card["valid_until"]["days"], "at": "00:00"})).date()
        said = {name: card[name] for name in ("slug", "topic", "title", "summary", "source")}
        cards.add(session, by=town.me(session, card["owner"]), words=card["words"].strip(), valid_until=until, **said)

    return publish


def keep_true(town: Town) -> Iterable[Happening]:
    said = _read("upkeep")
    for key in said["not_here"]:
        yield town.now - timedelta(days=300), _ending(town, key)
    for one in said["visits"]:
        yield town.when(one["at"]), _visiting(town, one)
    for number, one in enumerate(said["shut"]):
        yield town.when(one["at"]), _finding_shut(number, one)
    for one in said["machines"]:
        yield town.now - timedelta(days=60), _equipping(town, one)
        if "fault" in one:
            yield town.when(one["fault"]["at"]), _breaking(town, one)


def _ending(town: Town, key: str) -> Callable[[Session], None]:
    def end(session: Session) -> None:
        way = session.scalars(sa.select(PayWay).where(PayWay.key == key)).one()
        said = {name: getattr(way, name) for name in ("name", "steps", "need", "source", "rank", "official")}
        pay_ways.edit(session, way, by=town.me(session, "he"), used=False, **said)

    return end


def _visiting(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def visit(session: Session) -> None:
        sightings.visit(session, _point(session, one), by=town.me(session, one["by"]), found=Found(one["found"]), words=one["words"])

    return visit


def _finding_shut(number: int, one: dict[str, Any]) -> Callable[[Session], None]:
    def tell(session: Session) -> None:
        sightings.tell_shut(session, _point(session, one), nonce=f"demo {number}", words=one["words"])

    return tell


def _equipping(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def add(session: Session) -> None:
        equipment.add(session, _point(session, one), by=town.me(session, one["by"]), kind=one["kind"], label=one["place"])

    return add


def _breaking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def report(session: Session) -> None:
        me = town.me(session, one["by"])
        machine = next(found for found in equipment.at(session, _point(session, one)) if found.label == one["place"])
        equipment.report_fault(session, equipment.find(session, machine.id, for_=me), by=me, words=one["fault"]["words"])

    return report


def _point(session: Session, one: dict[str, Any]) -> PaymentPoint:
    return session.scalars(sa.select(PaymentPoint).where(PaymentPoint.name == one["point"]).order_by(PaymentPoint.id).limit(1)).one()


def offers(session: Session) -> dict[str, Any]:
    """What the demo town has to show: for `lindian demo --json` and the words after `make run`."""
    passwords = {one["phone"]: one for one in _read("people")["people"]}
    people = [
        {"role": "deputy" if passwords[phone].get("stands_in") else role.value, "phone": phone, "password": passwords[phone]["password"]}
        for phone, role in session.execute(sa.select(Person.phone, Person.role).where(Person.phone.in_(passwords)).order_by(Person.id))
    ]
    published = sa.select(Notice.number).where(public()).order_by(Notice.published_at.desc())
    return {
        "grids": [{"code": code, "name": name} for code, name in session.execute(sa.select(Grid.code, Grid.name).order_by(Grid.id))],
        "people": people,
        "notices": list(session.scalars(published)),
        "cards": list(session.scalars(sa.select(Card.slug).order_by(Card.id))),
    }


def _read(name: str) -> dict[str, Any]:
    with (TOWN / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _name_of(said: dict[str, Any], key: str) -> str:
    return next(str(one["name"]) for one in said["organisations"] if one["key"] == key)
