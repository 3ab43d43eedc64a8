"""A table may be long; one that is a thousand columns wide is no table of ours."""

import pytest

from app.core.errors import Refused
from grids.importing import reading


def test_a_file_of_very_many_columns_is_refused_at_once() -> None:
    with pytest.raises(Refused, match="500"):
        reading.read((",".join(["a"] * 100_000) + "\n").encode(), "wide.csv")
