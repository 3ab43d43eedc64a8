"""`lindian staff …`: colleagues, from the operator's command line."""

import click
from sqlalchemy.orm import Session

from app.commands.opened import database
from app.core.errors import Missing, Refused
from app.core.settings import Settings
from app.core.words import phrase as _
from app.core.words import say
from grids import grids
from grids.staff import colleagues, handed, organisations, staff
from grids.tables import Organisation, Part, Person, Role


@click.group("staff")
def group() -> None:
    """Colleagues: who signs in, and who looks after which grid."""


@group.command("add")
@click.argument("name")
@click.option("--phone", required=True, help="The name for signing in.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", required=True, help="One that is there already; the very first is made.")
@click.option("--new-organisation", is_flag=True, help="Make the organisation.")
@click.option("--under", default="", help="The organisation above a new one.")
@click.option("--password", default="", help="At least 8 characters; asked for if left out.")
@click.pass_obj
def add(chosen: Settings, name: str, phone: str, role: str, organisation: str, new_organisation: bool, under: str, password: str) -> None:
    """Add a colleague."""
    password = password or _asked_twice()
    with database(chosen) as data, data.writing() as session:
        where = organisations.named(session, organisation)
        made = where is None
        if where is None:
            where = _made(session, organisation, under=under, meant=new_organisation)
        staff.add(session, name=name, phone=phone, role=Role(role), organisation=where, password=password, by=None)
    if made:
        click.echo(say("The organisation %(name)s was made.", name=organisation))
    said = {"name": name, "role": staff.ROLES[role], "organisation": organisation, "phone": staff.digits(phone)}
    click.echo(say("Added: %(name)s, %(role)s, %(organisation)s. Signs in with %(phone)s.", **said))


def _asked_twice() -> str:
    """Unseen, and in the reader's language."""
    while (typed := click.prompt(say("Password"), hide_input=True)) != click.prompt(say("The same once more"), hide_input=True):
        click.echo(say("These two are not the same. Please type both again."), err=True)
    return str(typed)


def _made(session: Session, name: str, *, under: str, meant: bool) -> Organisation:
    """A new organisation: the very first, or one that is really meant. A slip of the pen makes none."""
    known = organisations.names(session)
    if known and not meant:
        said = {"name": name, "names": "\u3001".join(known)}
        raise Refused(_("There is no organisation %(name)s. There are: %(names)s. A new one is made with --new-organisation.", **said))
    above = organisations.named(session, under) if under else None
    if under and above is None:
        raise Missing(_("There is no organisation %(name)s. There are: %(names)s", name=under, names="\u3001".join(known)))
    return organisations.add(session, name, under=above)


@group.command("list")
@click.pass_obj
def list_(chosen: Settings) -> None:
    """Everybody: phone, name, role, organisation, grids looked after."""
    with database(chosen) as data, data.reading() as session:
        for one in colleagues.listed(session, of=None):
            after = " ".join(f"{duty.grid.code}{_PARTS[duty.part]}" for duty in one.duties)
            who = (one.person.phone, one.person.name, str(staff.ROLES[one.person.role]), one.organisation)
            click.echo("\t".join((*who, after, say("suspended") if one.suspended_at else "")).rstrip())


_PARTS = {Part.manager: "", Part.deputy: "(deputy)"}


@group.command("duty")
@click.argument("phone")
@click.argument("code")
@click.option("--part", type=click.Choice([part.value for part in Part]), default=Part.manager.value)
@click.pass_obj
def duty(chosen: Settings, phone: str, code: str, part: str) -> None:
    """Put a colleague on duty in the grid with this short code."""
    with database(chosen) as data, data.writing() as session:
        person = _known(session, phone)
        staff.may_look_after(session, person)
        grid = grids.of_code(session, code)
        if grid is None:
            said = {"code": code, "names": "\u3001".join(f"{one} {name}" for one, name in grids.codes(session)) or "\u2013"}
            raise Missing(_("No grid has the short code %(code)s. There are: %(names)s. Grids are brought in first.", **said))
        staff.put_on_duty(session, grid, person, part=Part(part), by=None)
        click.echo(say("%(name)s looks after %(grid)s from now on.", name=person.name, grid=grid.name))


@group.command("suspend")
@click.argument("phone")
@click.pass_obj
def suspend(chosen: Settings, phone: str) -> None:
    """End a colleague's access: sign-ins and tokens stop at once."""
    with database(chosen) as data, data.writing() as session:
        person = _known(session, phone)
        staff.suspend(session, person, by=None)
        click.echo(say("%(name)s is suspended.", name=person.name))


@group.command("restore")
@click.argument("phone")
@click.pass_obj
def restore(chosen: Settings, phone: str) -> None:
    """Bring a suspended colleague back, as before."""
    with database(chosen) as data, data.writing() as session:
        person = _known(session, phone, gone=True)
        staff.restore(session, person, by=None)
        click.echo(say("%(name)s may sign in again.", name=person.name))


@group.command("password")
@click.argument("phone")
@click.pass_obj
def password(chosen: Settings, phone: str) -> None:
    """A new one-time password: the old one ends, and at the first sign-in an own one is chosen."""
    with database(chosen) as data, data.writing() as session:
        person = _known(session, phone)
        fresh = handed.hand(session, person, by=None)
    click.echo(say("One-time password of %(name)s: %(password)s", name=person.name, password=fresh))


def _known(session: Session, phone: str, *, gone: bool = False) -> Person:
    person = staff.by_phone(session, phone, gone=gone)
    if person is None:
        raise Missing(_("Nobody with this phone number."))
    return person
