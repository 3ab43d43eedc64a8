"""An appointment for the asker's own calendar: moved or cancelled it is the same event, which changes there."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import icalendar

from app.core import clock
from app.core.words import say
from grids.grids import Contact
from tickets.appointments.tables import Appointment, AppointmentState

DAY_BEFORE = timedelta(days=1)


def calendar(ticket_id: int, about: str, history: Sequence[Appointment], contact: Contact | None, *, base_url: str, token: str) -> bytes:
    """`history` has the appointments that were made at this address, the newest last."""
    made = icalendar.Calendar()
    named = {"prodid": "-//Lindian//Appointments//ZH", "version": "2.0", "method": "PUBLISH", "x-wr-timezone": str(clock.SHANGHAI)}
    for key, value in named.items():
        made.add(key, value)
    made.add_component(_event(ticket_id, about, history, contact, base_url=base_url, token=token))
    return bytes(made.to_ical())


def _event(
    ticket_id: int, about: str, history: Sequence[Appointment], contact: Contact | None, *, base_url: str, token: str
) -> icalendar.Event:
    last, event = history[-1], icalendar.Event()
    cancelled = last.state is AppointmentState.cancelled
    event.add("uid", f"appointment-{ticket_id}@{urlsplit(base_url).netloc}")
    event.add("sequence", 2 * (len(history) - 1) + cancelled)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    for key, moment in {"dtstart": last.starts_at, "dtend": last.ends_at, "dtstamp": last.ended_at or last.at}.items():
        event.add(key, clock.as_utc(moment))
    event.add("summary", say("Electricity: your manager comes (%(about)s)", about=about))
    lines = [f"{contact.name} {contact.phone}"] if contact else []
    event.add("description", "\n".join([*lines, say("Move or cancel it here: %(address)s", address=f"{base_url}/q/{token}/appointment")]))
    event.add("url", f"{base_url}/q/{token}/appointment")
    if not cancelled:
        event.add_component(_alarm(about))
    return event


def _alarm(about: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", say("Electricity: your manager comes (%(about)s)", about=about))
    alarm.add("trigger", -DAY_BEFORE)
    return alarm
