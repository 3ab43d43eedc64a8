"""A form from a page that a colleague has overtaken, for the page as things stand now: what was typed stays, with the new marks.

What the page had filled in and nobody touched is no word of who sent it: it is filled in anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar.datastructures import FormMultiDict

from app.core import clock, touched
from broadcasts.composer import written
from broadcasts.present import present
from broadcasts.tables import Notice

FIELDS = ("kind", "title", "words", "cause", "line", "starts_at", "ends_at", "unknown", "exercise", *written.AREA)
MARKS = ("version", "mark", "starts_was", "ends_was", "places_were")


def rejoined(form: FormMultiDict, notice: Notice) -> FormMultiDict:
    """The composer's form of a draft, with what stands there now wherever it was left as it had been filled in."""
    anew = touched.rejoined(form, stands(*written.from_notice(notice)))
    return FormMultiDict([(name, said) for name, said in anew.multi_items() if name != "filled"])


def again(form: FormMultiDict, notice: Notice) -> FormMultiDict:
    known, ticked = written.from_notice(notice)
    ahead = not notice.is_written_only and present(notice, clock.now()).state in ("planned", "moved")
    untouched = [name for name, was in (("starts_at", "starts_was"), ("ends_at", "ends_was")) if form.get(name) == form.get(was)]
    anew = [(name, known[name]) for name in untouched if ahead]
    if written.area({name: form.getall(name, []) for name in written.AREA}) == form.get("places_were"):
        untouched.extend(written.AREA)
        anew.extend((name, key) for name, keys in ticked.items() for key in keys)
    return FormMultiDict([*((name, said) for name, said in form.multi_items() if name not in {*MARKS, *untouched}), *anew])


def filled(form: Mapping[str, Any], several: Mapping[str, Sequence[str]]) -> str:
    """A word for each field of the composer, in their order: so it is seen later which of them somebody touched."""
    return touched.words(stands(form, several))


def stands(form: Mapping[str, Any], several: Mapping[str, Sequence[str]]) -> touched.Stands:
    return {name: several.get(name) or ([form[name]] if name in form else []) for name in FIELDS}
