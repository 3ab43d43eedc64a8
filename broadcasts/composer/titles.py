"""A title that somebody wrote stays when the draft changes: what it then says falsely is shown before it is published."""

from sqlalchemy.orm import Session

from app.core.words import say
from broadcasts.kinds import KINDS
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice


def strange(session: Session, notice: Notice) -> list[str]:
    """What its title names and the notice is not of: estates outside its area, another kind of notice."""
    own = {place.estate.name for place in notice.places} | {say(KINDS[notice.kind].name)}
    others = {estate.name for estate in audiences.of_grid(session, notice.grid)} | {say(kind.name) for kind in KINDS.values()}
    title, found = notice.title, []
    for name in sorted(own | others, key=len, reverse=True):
        if name in title:
            title = title.replace(name, "\n")
            found += [] if name in own else [name]
    return found
