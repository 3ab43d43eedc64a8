"""A form from a page that a colleague has overtaken, for the page as things stand now: what was typed stays, with the new marks.

What the page had filled in and nobody touched is no word of who sent it: it is filled in anew.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar.datastructures import FormMultiDict

from app.core import clock
from broadcasts import meanwhile
from broadcasts.composer import written
from broadcasts.present import present
from broadcasts.tables import Notice

FIELDS = ("kind", "title", "words", "cause", "line", "starts_at", "ends_at", "unknown", "exercise", *written.AREA)
MARKS = ("version", "mark", "starts_was", "ends_was", "places_were")


def rejoined(form: FormMultiDict, notice: Notice) -> FormMultiDict:
    """The composer's form of a draft, with what stands there now wherever it was left as it had been filled in."""
    single, several = written.from_notice(notice)
    was = dict(zip(FIELDS, form.get("filled", "").split(), strict=False))
    sent = dict(zip(FIELDS, filled({}, {name: form.getall(name) for name in form}).split(), strict=True))
    left = [name for name in FIELDS if was.get(name) == sent[name]]
    anew = [(name, said) for name in left for said in several.get(name) or ([single[name]] if name in single else [])]
    return FormMultiDict([*((name, said) for name, said in form.multi_items() if name not in {*left, "filled"}), *anew])


def again(form: FormMultiDict, notice: Notice) -> FormMultiDict:
    known, ticked = written.from_notice(notice)
    ahead = not notice.is_written_only and present(notice, clock.now()).state in ("planned", "moved")
    untouched = [name for name, was in (("starts_at", "starts_was"), ("ends_at", "ends_was")) if form.get(name) == form.get(was)]
    anew = [(name, known[name]) for name in untouched if ahead]
    if written.area({name: form.getall(name, []) for name in written.AREA}) == form.get("places_were"):
        untouched.extend(written.AREA)
        anew.extend((name, key) for name, keys in ticked.items() for key in keys)
    return FormMultiDict([*((name, said) for name, said in form.multi_items() if name not in {*MARKS, *untouched}), *anew])


def filled(form: Mapping[str, Any], several: Mapping[str, Iterable[str]]) -> str:
    """A word for each field of the composer, in their order: so it is seen later which of them somebody touched."""
    return " ".join(_in_a_word(several.get(name) or [form[name]] if name in form else several.get(name, ())) for name in FIELDS)


def _in_a_word(said: Iterable[Any]) -> str:
    values = sorted(str(one).replace("\r\n", "\n").strip() for one in said)
    return meanwhile.digest(*filter(None, values))[:8]
