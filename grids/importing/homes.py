"""Whose the grids of a file are."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.importing.columns import Table, Unclear
from grids.staff import organisations
from grids.tables import Organisation


class Homes:
    """Whose a grid is: the organisation its row names, else the one given for all."""

    def __init__(self, session: Session, given: str) -> None:
        self.given = given
        self.known = {row.name: row.id for row in session.execute(sa.select(Organisation.name, Organisation.id))}
        if given and organisations.named(session, given) is None:
            raise Unclear(self.lacks(given), self.lacks(given), "organisation")

    def find(self, name: str) -> int | None:
        return self.known.get(name or self.given)

    def lacks(self, name: str) -> Phrase:
        if name:
            return _("There is no organisation %(name)s. There are: %(names)s", name=name, names=self._names)
        return _("The row does not say whose grid this is. There are: %(names)s", names=self._names)

    def miss(self, table: Table, name: str) -> None:
        """Where the file has no column for it, it is asked once, not told row by row."""
        if not name and "organisation" not in table.at:
            said = {"names": self._names}
            raise Unclear(
                _("The file does not say whose grids these are: give --organisation. There are: %(names)s", **said),
                _("The file does not say whose grids these are. Please choose it here."),
                "organisation",
            )

    @property
    def _names(self) -> str:
        return ", ".join(self.known) or "\u2013"
