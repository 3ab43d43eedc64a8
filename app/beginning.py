"""Where a colleague's day begins: what needs them in their grids, the exceptions, a question to enter, or what was asked of them."""

from grids.staff.staff import Me


def page(me: Me) -> str:
    if me.own:
        return "/desk"
    if me.reviews:
        return "/review"
    if me.is_consulted:
        return "/desk/consultations"
    return "/desk/tickets/new" if me.notes_questions else "/desk"
