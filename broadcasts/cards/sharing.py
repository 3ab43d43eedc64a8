"""A card in plain words, to be pasted into a group: whole without its link, with its source and until when it holds."""

from app.core.words import say
from broadcasts.cards import cards, prose
from broadcasts.cards.tables import CardVersion
from grids.grids import Contact
from grids.tables import Grid


def address(base_url: str, card: CardVersion, grid: Grid | None) -> str:
    return f"{base_url}/c/{card.slug}" + (f"?g={grid.code}" if grid else "")


def text(card: CardVersion, grid: Grid | None, contact: Contact | None, *, base_url: str) -> str:
    """Nothing, where the card holds no longer: what is out of date is not passed on."""
    if cards.expired(card):
        return ""
    until = say("Valid until %(day)s", day=card.valid_until.isoformat()) if card.valid_until else ""
    told = [
        say("[%(kind)s] %(title)s", kind=say(cards.TOPICS[card.topic]), title=card.title),
        card.summary,
        *_lines(card.words),
        " · ".join(part for part in (f"{say('Source')}{say(': ')}{card.source}", until) if part),
        say("Your district manager %(name)s, %(phone)s", name=contact.name, phone=contact.phone) if contact else "",
        say("Nobody collects money or asks for codes here."),
        address(base_url, card, grid),
    ]
    return "\n".join(line for line in told if line)


def _lines(words: str) -> list[str]:
    """Lists keep their sign or number, since a group shows no layout."""
    return [_sign(block.kind, n) + line for block in prose.blocks(words) for n, line in enumerate(block.lines, 1)]


def _sign(kind: str, n: int) -> str:
    return {"ul": "· ", "ol": f"{n}. "}.get(kind, "")
