"""The demo town's photos, and the ratings that colleagues took on the telephone. The pictures are drawn: no real door, no real meter."""

import io
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from app.core import photos
from app.core.settings import Settings
from app.seed.town import Happening, Town, read
from tickets import ratings
from tickets.photos import thread_photos
from tickets.tables import Entry, Ticket

WALL, STEEL, DARK, INSIDE, LAMP, WIRE = "#c9c2b4", "#8d979c", "#3a4247", "#5f696e", "#e9b949", "#b3402f"


def shown(town: Town, settings: Settings) -> Iterable[Happening]:
    told = read("photos")
    for one in told["photos"]:
        yield town.when(one["at"]), _showing(town, settings, one)
    for one in told["ratings"]:
        yield town.when(one["at"]), _taking(town, one)


def _showing(town: Town, settings: Settings, one: dict[str, Any]) -> Callable[[Session], None]:
    def show(session: Session) -> None:
        entry = session.scalars(sa.select(Entry).where(Entry.words.startswith(one["begins"]))).one()
        by = town.me(session, one["by"]).id if "by" in one else None
        thread_photos.keep(session, settings, entry, [photos.shot(drawn(name)) for name in one["shown"]], by_id=by)

    return show


def _taking(town: Town, one: dict[str, Any]) -> Callable[[Session], None]:
    def take(session: Session) -> None:
        ticket = session.scalars(sa.select(Ticket).join(Ticket.entries).where(Entry.words.startswith(one["begins"]))).one()
        ratings.take(session, ticket, stars=one["stars"], words=one.get("words", ""), by=town.me(session, one["by"]))

    return take


def drawn(name: str) -> bytes:
    """A box of meters on a landing: its door shut, hanging off, or (meters-close) gone with half of the meters dark."""
    picture = Image.new("RGB", (1200, 900), WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 760, 1200, 900), fill="#a39b8c")
    pen.rounded_rectangle((330, 90, 900, 700), 18, fill=INSIDE, outline=STEEL, width=22)
    for row in range(2):
        for column in range(3):
            _meter(pen, 375 + column * 170, 130 + row * 250, left_out=name == "meters-close" and row == 1)
    for n, colour in enumerate((WIRE, DARK, LAMP)):
        pen.line([(430 + n * 170, 640), (430 + n * 170, 690), (900, 690 - n * 8)], fill=colour, width=7)
    if name == "door-off":
        _door_off(pen)
    if name == "door-shut":
        _door_shut(pen)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=90)
    return kept.getvalue()


def _meter(pen: ImageDraw.ImageDraw, x: int, y: int, *, left_out: bool) -> None:
    pen.rounded_rectangle((x, y, x + 140, y + 210), 10, fill="#eef0ee", outline=DARK, width=4)
    pen.rectangle((x + 16, y + 22, x + 124, y + 74), fill="#9fb08d" if not left_out else "#596055")
    if not left_out:
        pen.text((x + 34, y + 30), f"{(x * 7 + y * 3) % 9000 + 1000}", fill=DARK, font_size=34)
    pen.ellipse((x + 60, y + 96, x + 80, y + 116), fill=WIRE if not left_out else STEEL)
    pen.rectangle((x + 20, y + 150, x + 120, y + 190), fill=STEEL)


def _door_off(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(905, 120), (1120, 210), (1085, 800), (880, 690)], fill="#b5bdc0", outline=DARK, width=6)
    pen.ellipse((1040, 480, 1070, 510), fill=DARK)
    pen.line([(898, 130), (925, 160)], fill=LAMP, width=8)


def _door_shut(pen: ImageDraw.ImageDraw) -> None:
    pen.rounded_rectangle((345, 105, 885, 685), 12, fill="#b5bdc0", outline=DARK, width=6)
    pen.rounded_rectangle((420, 170, 810, 400), 8, fill="#dfe6e4", outline=DARK, width=4)
    pen.polygon([(615, 450), (575, 540), (610, 540), (595, 620), (665, 510), (628, 510), (650, 450)], fill=LAMP)
    pen.rectangle((835, 380, 865, 440), fill=DARK)
