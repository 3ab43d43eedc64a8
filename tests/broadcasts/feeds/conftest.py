"""A manager who has long been on duty, so that she could publish days ago."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from broadcasts import notices
from broadcasts.tables import Notice, UpdateState
from grids.tables import Duty
from tests.broadcasts.feeds.reading import kept
from tests.cast import Cast


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def long_on_duty(told_town: Cast) -> None:
    """So that 王芳 could publish days ago."""
    told_town.session.execute(sa.update(Duty).values(since_at=clock.now() - timedelta(days=30)))
    kept(told_town)


@pytest.fixture
def change(told_town: Cast) -> Callable[..., None]:
    def said(notice: Notice, state: UpdateState, **more: Any) -> None:
        notices.update(told_town.session, notice, by=told_town.me(told_town.wangfang), state=state, **more)

    return said
