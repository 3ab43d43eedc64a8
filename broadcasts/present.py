"""The present truth of a notice, whatever was said before: one word, one sentence with its time, who says so."""

from datetime import datetime, timedelta

import msgspec

from app.core.words import moment, span
from app.core.words import phrase as _
from broadcasts.kinds import KINDS
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState

SILENT = timedelta(hours=24)
"""So long after its promised end a notice that nobody ended is history: we no longer say that somebody is looking."""
PROMISES = (UpdateState.published, UpdateState.new_time, UpdateState.corrected)


SIGNS = {
    "out": ("bolt", "red"), "plan": ("clock", "blue"), "moved": ("moved", "blue"), "done": ("fine", "green"),
    "cancelled": ("cancelled", "blue"), "safety": ("warn", "amber"), "info": ("info", "blue"),
}  # fmt: skip
"""The icon and the colour of each look, for a line in a list."""


class Present(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    """out planned moved overdue restored cancelled superseded finished, or published for what is no outage."""
    look: str
    word: str
    words: str = ""
    time: str = ""
    """The part of `words` that is set large."""
    was: str = ""
    """What was said before, where it changed."""
    short: str = ""
    """For a title of a few words: back about 20:30."""
    updated_at: datetime | None = None
    next_at: datetime | None = None
    """When the next news is promised, while the power is out."""
    by: str = ""
    instead: str = ""
    """The number of the notice that took this one's place."""

    @property
    def runs(self) -> bool:
        """The power is out now, or was to be back and nobody has said that it is."""
        return self.state in ("out", "overdue")

    @property
    def icon(self) -> str:
        return SIGNS[self.look][0]

    @property
    def colour(self) -> str:
        return SIGNS[self.look][1]

    @property
    def named(self) -> str:
        """The state as machines know it."""
        return {"out": "in_progress", "overdue": "in_progress", "planned": "scheduled", "moved": "scheduled"}.get(self.state, self.state)


def holds(told: Present) -> bool:
    """An outage that runs or is to come. Only of such a one there is anything to warn."""
    return told.runs or told.state in ("planned", "moved")


def present(notice: Notice, now: datetime) -> Present:
    """Needs `updates` with their people. A draft is told as it would be if it were published now."""
    last = notice.updates[-1] if notice.updates else None
    told = _told(notice, now)
    next_at = notice.next_update_at if told.runs else None
    return msgspec.structs.replace(told, updated_at=last.at if last else None, next_at=next_at, by=last.by.name if last else "")


def _told(notice: Notice, now: datetime) -> Present:
    if notice.state is NoticeState.superseded:
        return _superseded(notice)
    return _outage(notice, now) if notice.kind.is_outage else _news(notice, now)


def _superseded(notice: Notice) -> Present:
    new = notice.replaced_by.number if notice.replaced_by else ""
    words = _("A newer notice has taken its place: %(number)s.", number=new) if new else _("This notice no longer holds.")
    return Present(state="superseded", look="cancelled", word=str(_("Replaced")), words=str(words), time=new, instead=new)


def _outage(notice: Notice, now: datetime) -> Present:
    if notice.state is NoticeState.cancelled:
        return _cancelled(notice)
    if notice.state is NoticeState.restored:
        return _restored(notice)
    if notice.starts_at is not None and now < notice.starts_at:
        return _coming(notice)
    if notice.ends_at is None or now < notice.ends_at:
        return _out(notice)
    return _silent(notice.ends_at, now)


def _coming(notice: Notice) -> Present:
    when, before = span(notice.starts_at, notice.ends_at), _before(notice)
    was = str(_("Was: %(when)s", when=span(before.starts_at, before.ends_at))) if before else ""
    kind = KINDS[notice.kind].name
    word = _("%(kind)s moved", kind=kind) if before else kind
    return Present(
        state="moved" if before else "planned",
        look="moved" if before else "plan",
        word=str(word),
        words=when,
        time=when,
        was=was,
        short=when,
    )


def _out(notice: Notice) -> Present:
    word = str(_("Power is out"))
    if notice.ends_at is None:
        words = str(_("It is not known yet when the power will be back. We tell you here as soon as we know."))
        return Present(state="out", look="out", word=word, words=words, short=str(_("end not known yet")))
    end, before = moment(notice.ends_at), _before(notice)
    was = str(_("Was: %(when)s", when=moment(before.ends_at))) if before and before.ends_at not in (None, notice.ends_at) else ""
    return Present(
        state="out", look="out", word=word, words=str(_("Expected back %(time)s", time=end)), time=end, was=was,
        short=str(_("back about %(time)s", time=end)),
    )  # fmt: skip


def _silent(end: datetime, now: datetime) -> Present:
    time = moment(end)
    if now - end > SILENT:
        words = _("It was to be back %(time)s. If yours is not, please tell us.", time=time)
        return Present(state="finished", look="info", word=str(_("The time is over")), words=str(words), time=time)
    words = _(
        "It was to be back %(time)s and nobody has reported it back yet. Your manager is finding out. If yours is dark, please tell us.",
        time=time,
    )
    return Present(
        state="overdue", look="safety", word=str(_("Being checked")), words=str(words), time=time, short=str(_("return being checked"))
    )


def _restored(notice: Notice) -> Present:
    end = moment(notice.ends_at) if notice.ends_at else ""
    words = _("Back since %(time)s. If yours is still dark, please tell us.", time=end)
    return Present(
        state="restored",
        look="done",
        word=str(_("Power is back")),
        words=str(words),
        time=end,
        short=str(_("back since %(time)s", time=end)),
    )


def _cancelled(notice: Notice) -> Present:
    """What was planned does not come. A fault was never planned: that it was told was wrong, and whoever is dark shall say so."""
    when, words = "", _("This notice no longer holds.")
    if notice.kind is NoticeKind.fault_outage:
        words = _("This notice does not hold. If yours is dark, please tell us.")
    elif notice.kind.is_outage and (when := span(notice.starts_at, notice.ends_at)):
        words = _("There is no outage %(when)s. This notice no longer holds.", when=when)
    return Present(state="cancelled", look="cancelled", word=str(_("Withdrawn")), words=str(words), time=when)


def _news(notice: Notice, now: datetime) -> Present:
    kind = KINDS[notice.kind]
    if notice.state is NoticeState.cancelled:
        return _cancelled(notice)
    if notice.ends_at is not None and notice.ends_at <= now:
        return Present(
            state="finished",
            look="info",
            word=str(_("No longer current")),
            words=str(_("It held %(when)s.", when=span(notice.starts_at, notice.ends_at))),
        )
    when = span(notice.starts_at, notice.ends_at) if notice.ends_at else ""
    return Present(state="published", look=kind.look, word=str(kind.name), words=when, time=when)


def _before(notice: Notice) -> Update | None:
    """The last promise that differed from today's: only where the time was moved, not where a slip of the pen was put right."""
    if not any(update.state is UpdateState.new_time for update in notice.updates):
        return None
    now = (notice.starts_at, notice.ends_at)
    said = [update for update in notice.updates if update.state in PROMISES]
    return next((update for update in reversed(said) if (update.starts_at, update.ends_at) != now), None)
