"""What a notice's update leaves to be done by hand for those who asked about it.

Who knows of questions stands above this package and says so; the roof registers it (app/connecting.py).
"""

from collections.abc import Callable

import msgspec
from sqlalchemy.orm import Session

from app.core.database import Database


class Brought(msgspec.Struct, frozen=True):
    """Of how many who asked how many were told; who is to be called, who left no telephone, what is to be pasted or written.

    `dark`: so many wait who said that theirs is still dark after the light was said to be back.
    """

    asked: int = 0
    told: int = 0
    calls: int = 0
    unreachable: int = 0
    pasted: int = 0
    written: int = 0
    dark: int = 0


Says = Callable[[Session, int], Brought]
KEY = "says what is brought to who asked"


def register(database: Database, says: Says) -> None:
    database.info[KEY] = says


def of(session: Session, notice_id: int) -> Brought:
    says: Says | None = session.info.get(KEY)
    return says(session, notice_id) if says else Brought()
