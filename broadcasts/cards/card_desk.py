"""Where staff write cards and revise them: on the phone, looked at as residents will read them, then published."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.core import sheets
from app.core.errors import Mistaken
from app.core.forms import again, read
from app.core.web import Db, Form, Written, attached, form_again, page, see
from app.core.words import phrase as _
from broadcasts.cards import cards, prose
from broadcasts.cards.tables import CardVersion
from grids.staff.who import Me

EDITOR = "desk/card.html"
Title = Annotated[str, msgspec.Meta(max_length=40)]
Line = Annotated[str, msgspec.Meta(max_length=120)]


class Said(msgspec.Struct):
    """The editor's form. `after` is the version that its writer had before the eyes."""

    topic: Title
    title: Title
    words: Annotated[str, msgspec.Meta(max_length=2000)]
    source: Line
    summary: Line = ""
    slug: Annotated[str, msgspec.Meta(max_length=cards.LONGEST_SLUG)] = ""
    valid_until: date | None = None
    after: Annotated[int, msgspec.Meta(ge=1, le=2**31)] | None = None
    mine: bool = False

    def wording(self) -> cards.Wording:
        return cards.Wording(
            topic=self.topic, title=self.title, summary=self.summary, words=self.words, source=self.source, valid_until=self.valid_until
        )


@get("/desk/cards", sync_to_thread=True, include_in_schema=False)
def every(session: Db, me: Me) -> Response[bytes]:
    cards.must_write(me)
    found = cards.every(session)
    stale = [card for card in found if cards.expired(card)]
    return page("desk/cards.html", me=me, stale=stale, shelves=cards.by_topic(session), topics=cards.TOPICS)


@get("/desk/cards.xlsx", sync_to_thread=True, include_in_schema=False)
def workbook(session: Db, me: Me) -> Response[bytes]:
    """Which cards there are, whose they are and which are out of date: to take to a meeting."""
    cards.must_write(me)
    return attached(sheets.workbook({str(_("Cards")): _rows(session)}), sheets.XLSX, f"{_('Cards')}.xlsx")


@get("/desk/cards.csv", sync_to_thread=True, include_in_schema=False)
def table(session: Db, me: Me) -> Response[bytes]:
    cards.must_write(me)
    return attached(sheets.table(_rows(session)), sheets.CSV, f"{_('Cards')}.csv")


@get("/desk/cards/new", sync_to_thread=True, include_in_schema=False)
def new(me: Me) -> Response[bytes]:
    cards.must_write(me)
    return page(EDITOR, form=Written({"topic": "tariff"}), mistakes={}, reason="", **editor(me, None))


@post("/desk/cards", sync_to_thread=True, include_in_schema=False)
def write(form: Form, session: Db, me: Me) -> Response[Any]:
    """Looked at first, as often as one likes; nothing is kept before it is published."""
    try:
        said = read(Said, form)
        if "preview" in form:
            return preview(form, me, None, said)
        made = cards.add(session, by=me, slug=said.slug, **said.wording())
    except Mistaken as error:
        return form_again(EDITOR, error, form, **editor(me, None))
    return see(f"/c/{made.slug}")


@get("/desk/cards/{slug:str}", sync_to_thread=True, include_in_schema=False)
def reopen(slug: FromPath[str], session: Db, me: Me) -> Response[bytes]:
    cards.must_write(me)
    card = cards.find(session, slug)
    said = {name: getattr(card, name) for name in ("topic", "title", "summary", "words", "source")}
    until = card.valid_until.isoformat() if card.valid_until else ""
    form = Written({**said, "valid_until": until, "after": str(card.version)})
    return page(EDITOR, form=form, mistakes={}, reason="", **editor(me, card))


@post("/desk/cards/{slug:str}/versions", sync_to_thread=True, include_in_schema=False)
def revise(slug: FromPath[str], form: Form, session: Db, me: Me) -> Response[Any]:
    card = cards.find(session, slug)
    try:
        said = read(Said, form)
        if "preview" in form:
            return preview(form, me, card, said)
        made = cards.revise(session, card, by=me, after=said.after, **said.wording())
    except Mistaken as error:
        return form_again(EDITOR, error, form, **editor(me, card))
    if said.mine:
        cards.take_over(session, made, by=me)
    return see(f"/c/{made.slug}")


def _rows(session: Db) -> list[sheets.Row]:
    head = (_("Title"), _("What is it about?"), _("version"), _("Published"), _("Holds until"), _("Out of date"), _("Owner"), _("Source"))
    return [
        head,
        *(
            (card.title, cards.TOPICS[card.topic], card.version, card.published_at, card.valid_until,
             _("yes") if cards.expired(card) else "", card.card.owner.name, card.source)
            for card in cards.every(session)
        ),
    ]  # fmt: skip


def preview(form: Form, me: Me, card: CardVersion | None, said: Said, *, action: str = "") -> Response[bytes]:
    cards.must_write(me)
    cards.written(said.wording())
    written = Written({name: again(value) for name in form if isinstance(value := form[name], str)})
    context = {**editor(me, card, action=action), "shown": said, "blocks": prose.blocks(said.words)}
    return page(EDITOR, form=written, mistakes={}, reason="", **context)


def editor(me: Me, card: CardVersion | None, *, action: str = "") -> dict[str, Any]:
    """`action`: where the form goes, if not to the cards themselves."""
    to = action or (f"/desk/cards/{card.slug}/versions" if card else "/desk/cards")
    topics = list(cards.TOPICS.items())
    stale = card is not None and cards.expired(card)
    return {
        "me": me,
        "card": card,
        "topic_names": topics,
        "topics": cards.TOPICS,
        "shown": None,
        "blocks": [],
        "stale": stale,
        "action": to,
    }


routes: list[Any] = [every, workbook, table, new, write, reopen, revise]
