"""What the forms of questions have in common: their lines, the home that was picked, and the address that the same form leads to."""

import re
import secrets
from collections.abc import Sequence
from typing import Annotated

import msgspec

from app.core import tokens
from app.core.errors import Forbidden, Mistaken
from app.core.settings import Settings
from app.core.web import Db
from app.core.words import phrase as _
from broadcasts.subscribers import audiences
from grids import dwellings, grids
from grids.staff import staff
from grids.tables import Estate, Grid
from tickets import conversation, written

Words = Annotated[str, msgspec.Meta(max_length=written.MESSAGE)]
Line = Annotated[str, msgspec.Meta(max_length=written.LINE)]
STOREY = re.compile(r"\d+\u697c")
"""2楼 may be a floor as well as a building."""
UNSEEN = {"x-robots-tag": "noindex, nofollow"}
"""No search engine keeps a thread."""


def address_token(settings: Settings, purpose: str, nonce: str, *said: object) -> str:
    """160 bits that the same form always leads to and nobody else can find; a form without its number gets a fresh one.

    With `said` other than before, such as a telephone number or a home that was missing, it is another: nothing of it is dropped.
    """
    return tokens.derive(settings.secret, "ticket", f"{purpose}:{tokens.once(nonce, *said)}") if len(nonce) >= 20 else secrets.token_hex(20)


class Home(msgspec.Struct, kw_only=True):
    """Where somebody lives, as every form about a home asks for it."""

    estate: Annotated[int, msgspec.Meta(ge=1)] | None = None
    building: Line = ""
    room: Line = ""


def noting_grids(session: Db, me: staff.Me) -> list[Grid]:
    """Those in which this colleague may enter a question. Raises Forbidden where there is none."""
    found = [grid for grid in grids.seen_by(session, me) if conversation.may_note_for(me, grid.id)]
    if not found:
        raise Forbidden(_("Questions are entered by the hall's clerks and by those who look after the grid."))
    return found


def estate_options(found: Sequence[Grid]) -> list[tuple[object, object]]:
    """The estates of these grids for a list, each with its grid where there are several."""
    several = len(found) > 1
    named = [(estate.id, f"{estate.name} · {grid.name}" if several else estate.name) for grid in found for estate in grid.estates]
    return [("", _("not known")), *named]


def chosen(grid: Grid, estate_id: int | None) -> Estate | None:
    """The estate that was picked in the list; only the grid's own are in it."""
    if estate_id is None:
        return None
    found = next((estate for estate in grid.estates if estate.id == estate_id), None)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"estate": _("Please choose from the list.")})
    return found


def meant(session: Db, grid: Grid, estate_id: int | None, building: str) -> Estate | None:
    """The estate that was picked; where none was, the one that alone has this building: whatever else is said with it is not guessed."""
    if estate_id is not None or not building.strip():
        return chosen(grid, estate_id)
    having = []
    for estate in grid.estates:
        names = audiences.names(session, estate.id)
        if not names:
            return None  # Its buildings are not known: it may be there.
        having += [estate] if dwellings.meant(building, names, estate.name) else []
    return having[0] if len(having) == 1 and not STOREY.fullmatch(dwellings.tidy(building)) else None


def phone(said: str) -> str:
    if said and not written.is_phone(said):
        raise Mistaken(_("Please look again at the marked fields."), {"phone": _("This does not look like a telephone number.")})
    return said
