"""What the poster of a payment circle says, and its sketch in the colours of paper."""

from html import escape
from typing import Any
from urllib.parse import urlsplit

from app.core import clock
from app.core.words import day, language, say
from broadcasts.print.press import clean
from grids.circle import circle_sheet
from grids.circle.circle import Answer, Way
from grids.circle.circle_sheet import Sheet
from grids.circle.marks import Mark
from grids.circle.sketch import Sketch
from grids.grids import Contact

NAME, LINE = 40, 90
BLUE, INK, SOFT, PAPER = "#2456a6", "#16212e", "#566270", "#ffffff"
LOOKS = {
    "green fill": "fill='#d9ead9'", "water fill": "fill='#cfe0f5'", "water": "stroke='#cfe0f5' stroke-width='6'",
    "path": "stroke='#dcd7cd' stroke-width='2.5'", "lane": "stroke='#dcd7cd' stroke-width='7'",
    "street": "stroke='#dcd7cd' stroke-width='14'", "rail": "stroke='#8a93a0' stroke-width='1.5' stroke-dasharray='9 5'",
}  # fmt: skip
AREA = f"fill='{BLUE}' fill-opacity='.09' stroke='{BLUE}' stroke-width='2' stroke-dasharray='6 5'"


def data(sheet: Sheet, sketch: Sketch, contact: Contact | None, *, base_url: str, size: str) -> dict[str, Any]:
    """All of it as circle.typ reads it, cut and cleaned."""
    code = sheet.grid.code
    return {
        "size": size, "lang": language.get()[:2], "kicker": clean(sheet.estate.name, NAME), "word": say("Where to pay on foot"),
        "under": say("Inside the dashed line is about ten minutes' walk.") if sketch.shows_ring else "",
        "sketch": drawn(sketch), "ways": [_way(one) for one in sheet.ways], "home": clean(circle_sheet.unwalked(sheet), LINE),
        "none": "" if sheet.ways else say("We know of no place to pay near here yet. Please ask the manager."),
        "doubts": circle_sheet.doubts(sheet),
        "known": say("As known on %(day)s. Minutes at 80 metres a minute.", day=day(clock.now())),
        "address": f"{base_url}{sheet.path}", "scan": say("Scan: what is open now, in cash, step-free"), "site": urlsplit(base_url).netloc,
        "code_name": say("Short code"), "code": f"{code[:3]} {code[3:]}", "name_label": say("Your district manager"),
        "name": clean(contact.name, 20) if contact else "", "phone": contact.phone if contact else "",
        "service": say("Power service, day and night"),
        "never": say("We never collect money here and never ask for identity cards, bank details or codes."),
    }  # fmt: skip


def _way(way: Way) -> dict[str, str]:
    return {
        "name": clean(way.point.name, NAME), "walk": circle_sheet.walk(way), "near": "" if way.answer is Answer.no else "yes",
        "when": clean(circle_sheet.opening(way), LINE), "takes": clean(circle_sheet.takes(way), LINE),
        "where": clean(way.point.address, LINE),
    }  # fmt: skip


def drawn(sketch: Sketch) -> str:
    """The sketch as a picture of its own: no style sheet reaches a printed page."""
    home, wide, high = sketch.home, sketch.width, sketch.height
    area = f"<path d='{sketch.walked}' {AREA}/>" if sketch.walked else f"<circle cx='{home.x}' cy='{home.y}' r='{sketch.ring}' {AREA}/>"
    parts = [
        *(f"<path d='{path}' {LOOKS[look]}/>" for look, path in sketch.layers),
        area,
        *(f"<path d='M{one.x - 5} {one.y + 5}v-10h10v10' fill='{PAPER}' stroke='{INK}' stroke-width='2'/>" for one in sketch.gates),
        *(_name(one, SOFT) for one in sketch.names),
        f"<circle cx='{home.x}' cy='{home.y}' r='9' fill='#ffb81c' stroke='{PAPER}' stroke-width='3'/>",
        _name(sketch.name, INK),
        *(_dot(one) for one in sketch.dots),
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}' width='{wide}' height='{high}' fill='none'"
        f" font-family='Noto Sans CJK SC'>{''.join(parts)}</svg>"
    )


def _name(mark: Mark, colour: str) -> str:
    words = escape(clean(mark.words, NAME))
    return f"<text x='{mark.x}' y='{mark.y}' text-anchor='middle' font-size='13' font-weight='700' fill='{colour}'>{words}</text>"


def _dot(mark: Mark) -> str:
    return (
        f"<circle cx='{mark.x}' cy='{mark.y}' r='11' fill='{BLUE}'/>"
        f"<text x='{mark.x}' y='{mark.y + 5}' text-anchor='middle' font-size='15' font-weight='700' fill='{PAPER}'>{mark.words}</text>"
    )
