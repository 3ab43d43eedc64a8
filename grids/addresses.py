"""A whole address where only the building was asked for: 101-3-502, 101号楼3单元502."""

import re
import unicodedata
from collections.abc import Collection

from grids import dwellings

NEXT_PART = re.compile(r"[-–—/、,\s]+|(?<=\D)(?=\d)")


def building(said: str, names: Collection[str], estate: str = "") -> str:
    """The one of an estate's buildings that the address begins with; where it begins with none, what was said."""
    said = unicodedata.normalize("NFKC", said).strip()
    if dwellings.meant(said, names, estate) is not None:
        return said
    begun = (said[: one.start()] for one in reversed([*NEXT_PART.finditer(said)]) if one.start())
    return next((found for one in begun if (found := dwellings.meant(one, names, estate))), said)
