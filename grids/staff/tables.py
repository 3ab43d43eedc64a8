"""Signing in, ended access, and grids that go from one manager to the next."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Table
from grids.tables import Grid, Person


class Passed(StrEnum):
    """What is handed over with a grid."""

    promise = "promise"
    question = "question"
    answered = "answered"
    consultation = "consultation"
    notice = "notice"
    group = "group"
    steward = "steward"
    routine = "routine"
    card = "card"
    point = "point"


class Passing(Table):
    """Prepared with a note for the successor, and done when the successor takes the grid. Until then the leaver looks after it."""

    __tablename__ = "passings"
    __table_args__ = (
        sa.Index(
            "uq_passings_open", "grid_id", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(sa.ForeignKey("grids.id"))
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    taken: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    grid: Mapped[Grid] = relationship(lazy="raise")
    leaver: Mapped[Person] = relationship(lazy="raise", foreign_keys=[from_id])
    successor: Mapped[Person] = relationship(lazy="raise", foreign_keys=[to_id])
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    things: Mapped[list["PassedThing"]] = relationship(lazy="raise", order_by="PassedThing.id")


class PassedThing(Table):
    """One thing that was handed over: what it is, whose word it was, until when. Of what residents said, and of stewards, only which."""

    __tablename__ = "passed_things"

    id: Mapped[int] = mapped_column(primary_key=True)
    passing_id: Mapped[int] = mapped_column(sa.ForeignKey("passings.id"), index=True)
    what: Mapped[Passed]
    key: Mapped[int]
    words: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]


class Suspension(Table):
    """A person's access ended, at a time, by somebody."""

    __tablename__ = "suspensions"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class HandedPassword(Table):
    """The person's password is one that an administrator gave, at a time: it is good for one sign-in, at which an own one is chosen."""

    __tablename__ = "handed_passwords"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class SignIn(Table):
    """A phone on which a person is signed in. Only the hash of its token is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInTry(Table):
    """A wrong password for a phone number, so that guessing is slowed."""

    __tablename__ = "sign_in_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_hash: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Token(Table):
    """A machine that acts as a person."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
