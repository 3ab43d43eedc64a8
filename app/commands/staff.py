"""`lindian staff …`: colleagues, from the operator's command line."""

import click

from app.commands.opened import database
from app.core.errors import Missing, Refused
from app.core.settings import Settings
from app.core.words import phrase as _
from grids import grids
from grids.staff import organisations, staff
from grids.tables import Part, Role


@click.group("staff")
def group() -> None:
    """Colleagues: who signs in, and who looks after which grid."""


@group.command("add")
@click.argument("name")
@click.option("--phone", required=True, help="The name for signing in.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", required=True, help="Made if it is not there yet.")
@click.option("--under", default="", help="The organisation above a new one.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 8 characters; asked for if left out.")
@click.pass_obj
def add(chosen: Settings, name: str, phone: str, role: str, organisation: str, under: str, password: str) -> None:
    """Add a colleague."""
    with database(chosen) as data, data.writing() as session:
        above = organisations.named(session, under) if under else None
        if under and above is None:
            raise Missing(_("No such organisation."))
        where = organisations.named(session, organisation) or organisations.add(session, organisation, under=above)
        staff.add(session, name=name, phone=phone, role=Role(role), organisation=where, password=password, by=None)


@group.command("duty")
@click.argument("phone")
@click.argument("code")
@click.option("--part", type=click.Choice([part.value for part in Part]), default=Part.manager.value)
@click.pass_obj
def duty(chosen: Settings, phone: str, code: str, part: str) -> None:
    """Put a colleague on duty in the grid with this short code."""
    with database(chosen) as data, data.writing() as session:
        person = staff.by_phone(session, phone)
        if person is None:
            raise Missing(_("Nobody with this phone number."))
        if person.role is Role.administrator:
            raise Refused(_("An administrator looks after no grid."))
        staff.put_on_duty(session, grids.by_code(session, code), person, part=Part(part), by=None)


@group.command("suspend")
@click.argument("phone")
@click.pass_obj
def suspend(chosen: Settings, phone: str) -> None:
    """End a colleague's access: sign-ins and tokens stop at once."""
    with database(chosen) as data, data.writing() as session:
        person = staff.by_phone(session, phone)
        if person is None:
            raise Missing(_("Nobody with this phone number."))
        staff.suspend(session, person, by=None)
