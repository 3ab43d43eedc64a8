"""A danger that is noted at the counter or on the telephone: where it is, and what was done before it is called over."""

from app.core.errors import Mistaken
from app.core.words import phrase as _
from tickets.asking import Asked
from tickets.kinds.tables import DANGER


def must_be_told(asked: Asked, *, done: str, solved: bool) -> None:
    """Nobody can be sent to nowhere, and what is settled without a word nobody can look at again. All else stays one tap."""
    if asked.of_kind != DANGER:
        return
    missing = {}
    if asked.home is None and asked.estate is None and not asked.contact:
        missing["estate"] = _("A danger: where is it? Choose the home, or at least a telephone number that can be called.")
    if solved and not done:
        missing["done"] = _("A danger: what was done? One sentence. If it is not over yet, tap “Not solved yet”.")
    if missing:
        raise Mistaken(_("Please look again at the marked fields."), missing)
