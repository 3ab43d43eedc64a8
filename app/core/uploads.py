"""Photos as they come with a form, from however many of its fields."""

import secrets

from app.core import files
from app.core.errors import Mistaken
from app.core.photos import Shot
from app.core.sent import Painted
from app.core.settings import Settings
from app.core.web import Form
from app.core.words import phrase as _


def photo(settings: Settings, form: Form, name: str = "photo") -> str:
    """The key of the one photo sent with a form; empty where none was chosen. Raises Mistaken with what to do instead."""
    found = shots(form, name, most=1)
    if not found:
        return ""
    key = f"photos/{secrets.token_hex(16)}.jpg"
    files.put(settings, key, found[0].whole)
    return key


def shots(form: Form, name: str, *, most: int) -> list[Shot]:
    """Every photo sent under this name, as it was painted before the turn. Raises Mistaken with what to do instead."""
    sent = _sent(form, name)
    if len(sent) > most:
        why = _("Please send at most %(n)s photos at once; more can follow in the next message.", n=most)
        raise Mistaken(_("Please look again at the marked fields."), {name: why})
    return [one.shot for one in sent]


def _sent(form: Form, name: str) -> list[Painted]:
    """Of an address that takes photos (`opt=sent.files(…)`); one that forgot to say so fails here."""
    return [one for one in form.getall(name, []) if not isinstance(one, str) and one.filename]
