"""How a file is to be brought in."""

import msgspec

from grids.datum import Datum
from grids.staff.staff import Me


class How(msgspec.Struct, frozen=True):
    """`columns` maps our field to the file's column. `by` is None on the operator's command line."""

    datum: Datum
    by: Me | None = None
    dry_run: bool = False
    source: str = ""
    sheet: str = ""
    columns: dict[str, str] = {}
    kind: str = ""
    organisation: str = ""
