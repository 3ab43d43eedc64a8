"""Opening hours in a form: shown as people say them, read as they write them in Chinese or in OSM's notation."""

from typing import Annotated

import msgspec

from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.hours import chinese_hours, notation
from grids.hours.spoken_hours import spoken


def read(said: str) -> str:
    """In OSM's notation. Raises Mistaken for what cannot be read, or may mean two things."""
    known = chinese_hours.read(said)
    if known is None:
        raise Mistaken(_("It is not sure what these hours mean. Write them like 08:30-17:30, or with morning and afternoon."))
    return known


Typed = Annotated[str, msgspec.Meta(max_length=notation.LONGEST, extra={"read": read})]
"""A form's field that comes out in OSM's notation."""


def shown(opening_hours: str) -> str:
    """As people say them where that is read back as the same hours, else as they are written."""
    said = spoken(opening_hours)
    back, kept = chinese_hours.read(said), chinese_hours.read(opening_hours)
    return said if back and (back == opening_hours or kept is None) else opening_hours
