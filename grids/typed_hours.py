"""Opening hours in a form: shown as people say them, read as they write them in Chinese or in OSM's notation."""

from grids.importing import values
from grids.spoken_hours import spoken


def read(said: str) -> str:
    """In OSM's notation. What cannot be read goes on as it was written: the act says what is wrong with it."""
    known = values.opening(said)
    return said if known is None else known


def shown(opening_hours: str) -> str:
    """As people say them where that is read back as the same hours, else as they are written."""
    said = spoken(opening_hours)
    return said if said and read(said) == opening_hours else opening_hours
