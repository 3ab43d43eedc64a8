"""Where managers see their notices, each as everybody will, and keep them true."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core import clock
from app.core.errors import Forbidden, Overtaken, Refused
from app.core.forms import read
from app.core.settings import Settings
from app.core.web import Config, Db, Form, form_again, page, see
from broadcasts import bringing, life, meanwhile, notices, shelf, texts, timely, unsaid
from broadcasts.cards import prose
from broadcasts.composer import composer, overtaken, pastes, previews, titles, unanswered, written
from broadcasts.composer.written import Said, from_notice, local
from broadcasts.deliveries import deliveries
from broadcasts.kinds import CHANNELS, KINDS, UPDATES
from broadcasts.present import present
from broadcasts.promises import lead_times, promises
from broadcasts.sending import reached, unfinished
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeState, UpdateState
from grids import grids
from grids.staff import staff
from grids.staff.who import Me

DRAFT, ONE = "desk/draft.html", "desk/notice.html"


@get("/desk/notices", sync_to_thread=True, include_in_schema=False)
def every(session: Db, me: Me) -> Response[bytes]:
    return page(
        "desk/notices.html", me=me, shelf=shelf.of_grids(session, me.seen), drafts=shelf.drafts(session, me.own), kinds=KINDS,
        place=_place, households=_households, many=len(me.seen) > 1,
    )  # fmt: skip


@get("/desk/notices/{number:str}", sync_to_thread=True, include_in_schema=False)
def one(number: FromPath[str], session: Db, me: Me, settings: Config) -> Response[bytes]:
    notice = notices.find(session, number, for_=me)
    if notice.is_written_only:
        return page(DRAFT, form={}, mistakes={}, reason="", **before(session, notice), **shown(session, notice, me, settings))
    return whole(session, notice, me, settings)


def whole(session: Db, notice: Notice, me: staff.Me, settings: Settings, *, status: int = 200, **more: Any) -> Response[bytes]:
    """A published notice with all that can be done now."""
    about = {"form": {}, "said": from_notice(notice)[1], "mistakes": {}, "reason": "", **more}
    return page(ONE, status=status, **about, **shown(session, notice, me, settings), **_sent(session, notice))


@post("/desk/notices/{number:str}/updates", sync_to_thread=True, include_in_schema=False)
def update(number: FromPath[str], form: Form, session: Db, me: Me, settings: Config) -> Response[Any]:
    notice = notices.find(session, number, for_=me)
    try:
        said = read(Said, form)
        notices.update(session, notice, by=me, grace=life.GRACE, **said.told())
    except Forbidden:
        raise
    except Refused as error:
        session.rollback()
        notice = notices.find(session, number, for_=me)
        form = overtaken.again(form, notice) if isinstance(error, Overtaken) else form
        return form_again(ONE, error, form, **shown(session, notice, me, settings), **_sent(session, notice))
    return see(f"/desk/notices/{notice.number}")


def before(session: Db, notice: Notice) -> dict[str, Any]:
    """What has to be right before it is published: the time ahead, the fields, and what the pasted text names."""
    text = pastes.read_again(session, notice)
    return {
        "ahead": lead_times.of(session, notice, at=notice.publish_at),
        "missing": lead_times.missing(session, notice),
        "short": composer.short(notice, text),
        "strange": titles.strange(session, notice),
        "open_questions": unanswered.of(notice, text),
        "mark": meanwhile.mark_of(session, notice),
        "last": meanwhile.written_last(session, notice),
        "older": session.get(Notice, notice.replaces_id) if notice.replaces_id else None,
    }


def shown(session: Db, notice: Notice, me: staff.Me, settings: Settings) -> dict[str, Any]:
    """The notice with what each channel says of it."""
    truth, contact = present(notice, clock.now()), grids.contact(session, notice.grid_id)
    return {
        "notice": notice, "me": me, "truth": truth, "place": _place(notice), "places": audiences.lines(notice.places),
        "households": _households(notice), "blocks": prose.blocks(timely.words(notice)), "title": texts.headline(notice, truth),
        "text": texts.group(notice, truth, contact, base_url=settings.base_url), "kinds": KINDS,
        "update_names": _updates(notice), "next_news": local(promises.usual_next(session, notice)),
        "gone": timely.gone(notice), "timed": timely.timed(notice),
        "standing": (local(notice.starts_at), local(notice.ends_at)), "area": written.area(from_notice(notice)[1]),
        "undo_until": notice.undo_until if life.can_undo(notice) or unsaid.can_undo(session, notice) else None,
        "outcomes": promises.told(session, notice), "lead": lead_times.needed(session, notice),
        "writes": me.looks_after(notice.grid_id), "contact": contact,
        **_by_channel(session, notice, settings),
        "push": texts.push(notice, truth), "estates": audiences.of_grid(session, notice.grid), "paste": pastes.behind(session, notice),
    }  # fmt: skip


def _by_channel(session: Db, notice: Notice, settings: Settings) -> dict[str, Any]:
    """Before: what each channel will get. After: what became of it in each."""
    written = notice.is_written_only
    return {
        "channel_names": CHANNELS, "previews": previews.of(session, notice, settings) if written else [],
        "closed": previews.closed(session, notice, settings) if written else [],
        "by_channel": {} if written else deliveries.by_channel(session, notice),
    }  # fmt: skip


def _sent(session: Db, notice: Notice) -> dict[str, Any]:
    """What was done by hand: groups that have the latest update, buildings that nothing has reached."""
    return {
        "desk": unfinished.of(session, notice), "reached": reached.summed(reached.of(session, [notice.id])),
        "brought": bringing.of(session, notice.id),
    }  # fmt: skip


def _updates(notice: Notice) -> list[tuple[str, str]]:
    """Those that make sense now: news has no end, and what is back is not back again."""
    ended = notice.state is NoticeState.restored
    begun = notice.starts_at is not None and notice.starts_at <= clock.now()
    outage = {UpdateState.new_time} if notice.kind.is_outage else set()
    outage |= {UpdateState.restored, UpdateState.arrived} if notice.kind.is_outage and begun and not ended else set()
    some = {UpdateState.progress, UpdateState.corrected, *outage, *(() if ended else (UpdateState.cancelled,))}
    return [(state, str(name)) for state, name in UPDATES.items() if state in some]


def _place(notice: Notice) -> str:
    return audiences.short(notice.places)


def _households(notice: Notice) -> int:
    return audiences.households(notice.places)


routes: list[Any] = [every, one, update]
