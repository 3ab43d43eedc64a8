"""Opening hours as people say them: the common expressions. What is not common stays as it is written."""

import re

from babel.dates import get_day_names

from app.core.words import locale, say
from grids.hours import hours, notation

_DAY = "(?:" + "|".join(notation.DAYS) + ")"
_ITEM = f"(?:PH|{_DAY}(?:-{_DAY})?)"
_SPAN = r"\d?\d:\d\d-\d\d:\d\d"
_RULE = re.compile(rf"(?:({_ITEM}(?:,{_ITEM})*) +)?(off|closed|{_SPAN}(?:,{_SPAN})*)")
ALL_DAY = "00:00-24:00"


def spoken(opening_hours: str) -> str:
    written = opening_hours.strip()
    if hours.always(written):
        return say("day and night")
    rules = [_RULE.fullmatch(re.sub(r",\s+", ",", part.strip())) for part in written.split(";")]
    found = [_rule(rule[1] or "", rule[2]) for rule in rules if rule]
    return say("; ").join(found) if len(found) == len(rules) else written


def _rule(days: str, times: str) -> str:
    named = say(", ").join(_item(item) for item in days.split(",")) if days else say("every day")
    if times in ("off", "closed"):
        return say("%(days)s closed", days=named)
    return f"{named} {say('day and night') if times == ALL_DAY else say(', ').join(map(_span, times.split(',')))}"


def _span(written: str) -> str:
    first, last = (time.zfill(5) for time in written.split("-"))
    return f"{first}–{last}" if last > first or last == "00:00" else say("%(first)s–%(last)s the next day", first=first, last=last)


def _item(item: str) -> str:
    if item == "PH":
        return say("public holidays")
    if item == "Mo-Su":
        return say("every day")
    names = get_day_names("abbreviated", locale=locale())
    first, last = [names[notation.DAYS.index(day)] for day in (*item.split("-"), item[-2:])][:2]
    return first if first == last else say("%(first)s to %(last)s", first=first, last=last)
