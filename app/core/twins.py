"""The same sent twice in the same moment: whoever comes second finds what the first has kept."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Table


def first(session: Session, made: Table) -> bool:
    """Keep this row; not where its twin was kept at this very moment."""
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError:
        return False
    return True
