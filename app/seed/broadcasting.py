"""What the demo town's managers told: outages and the cards that they print."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock
from app.seed.town import Happening, Town, grid, places, read
from broadcasts import drafts, notices
from broadcasts.cards import cards
from broadcasts.tables import NoticeKind, UpdateState


def told(town: Town) -> Iterable[Happening]:
    for notice in read("notices")["notices"]:
        yield town.when(notice["published"]), _publishing(town, notice)
        for later in notice.get("updates", []):
            yield town.when(later["at"]), _updating(town, notice["key"], later)
    for number, past in enumerate(read("past_outages")["outages"]):
        yield from _over(town, f"past-{number}", past)


def _over(town: Town, key: str, past: dict[str, Any]) -> Iterable[Happening]:
    """An outage of which only the times matter: when it began, how long was promised, how much later it was over."""
    start = town.when(past)
    minutes = {"minutes": int((start - town.now).total_seconds() // 60)}
    outage = {
        "key": key, "grid": past["grid"], "by": past["by"], "kind": "fault_outage", "places": [{"estate": past["estate"]}],
        "cause": past["cause"], "line": past["line"], "words": past["cause"],
        "starts": minutes, "ends": {"minutes": minutes["minutes"] + past["promised"]},
    }  # fmt: skip
    back = minutes["minutes"] + past["promised"] + past["late"]
    yield start + timedelta(minutes=10), _publishing(town, outage)
    restored = {"state": "restored", "by": past["by"], "words": "", "ends": {"minutes": back}}
    yield start + timedelta(minutes=past["promised"] + past["late"] + 5), _updating(town, key, restored)


def _publishing(town: Town, outage: dict[str, Any]) -> Callable[[Session], None]:
    def publish(session: Session) -> None:
        place, me = grid(session, outage["grid"]), town.me(session, outage["by"])
        estates, buildings = places(session, outage["places"])
        written = {name: outage.get(name, "") for name in ("title", "cause", "line")}
        times: dict[str, Any] = {f"{name}_at": town.when(outage[name]) for name in ("starts", "ends") if name in outage}
        notice = drafts.write(
            session, place, by=me, kind=NoticeKind(outage["kind"]), words=outage["words"].strip(), estates=estates, buildings=buildings,
            **written, **times,
        )  # fmt: skip
        next_at = town.when(outage["next"]) if "next" in outage else None
        notices.publish(session, notice, by=me, late_reason=outage.get("late_reason", ""), next_update_at=next_at)
        town.notices[outage["key"]] = notice.id

    return publish


def _updating(town: Town, key: str, later: dict[str, Any]) -> Callable[[Session], None]:
    def update(session: Session) -> None:
        notice = town.notice(session, key)
        times: dict[str, Any] = {f"{name}_at": town.when(later[name]) for name in ("starts", "ends") if name in later}
        times |= {"cause": later.get("cause", ""), "next_update_at": town.when(later["next"]) if "next" in later else None}
        times["late_reason"] = later.get("late_reason", "")
        notices.update(session, notice, by=town.me(session, later["by"]), state=UpdateState(later["state"]), words=later["words"], **times)

    return update


def printed(town: Town) -> Iterable[Happening]:
    for card in read("cards")["cards"]:
        yield town.now - timedelta(days=20), _printing(town, card)


def _printing(town: Town, card: dict[str, Any]) -> Callable[[Session], None]:
    def publish(session: Session) -> None:
        until = clock.local(town.when({"days": card["valid_until"]["days"], "at": "00:00"})).date()
        said = {name: card[name] for name in ("slug", "topic", "title", "summary", "source")}
        cards.add(session, by=town.me(session, card["owner"]), words=card["words"].strip(), valid_until=until, **said)

    return publish
