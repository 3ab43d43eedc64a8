"""What a pasted text left open and nobody answered: asked again in the draft's preview, and not published past by accident."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.composer import pastes, written
from broadcasts.composer.pastes import Behind
from broadcasts.composer.proposals import Proposal, Reader
from broadcasts.composer.questions import Question
from broadcasts.tables import Notice, NoticeKind
from grids.staff.staff import Me
from grids.tables import Estate

Form = Mapping[str, str]
Said = Mapping[str, Sequence[str]]


def of(notice: Notice, behind: Behind | None) -> list[Question]:
    """Of a draft written from a text, as the draft stands now."""
    return proposed(notice, behind).questions if behind else []


def proposed(notice: Notice, behind: Behind) -> Proposal:
    """What its text proposes after the answers that were given, with the questions that are still open."""
    source, reader = behind
    proposal = reader.propose(source.part, source.answers)
    form, said = written.from_notice(notice)
    proposal.questions = [one for one in proposal.questions if not _settled(one, reader, proposal, form, said)]
    return proposal


def must_be_looked_at(session: Session, notice: Notice, *, by: Me, looked: bool) -> None:
    """Raises Mistaken where something is open and nobody said that it was looked at; who says so stands in the log."""
    if not notice.is_written_only or not (open_ := of(notice, pastes.read_again(session, notice))):
        return
    words = [str(one.words) for one in open_]
    if not looked:
        raise Mistaken(
            _("Not confirmed yet: %(questions)s", questions=say("; ").join(words)),
            {"looked": _("Answer them above, or tick that you have looked.")},
        )
    audit.record(session, "notices.look", f"notice/{notice.id}", by=by.id, questions=words)


def _settled(one: Question, reader: Reader, proposal: Proposal, form: Form, said: Said) -> bool:
    """Whether the draft says something else about it than was proposed: then somebody has thought of it."""
    if one.field == "windows":
        return _timed(one, proposal.form, form)
    if one.field in ("estates", "buildings"):
        return any(said.values()) if not one.key else _ticked(one, reader, proposal.said, said)
    return form[one.field] != proposal.form.get(one.field, "")


def _timed(one: Question, proposed: Form, form: Form) -> bool:
    """A fault that says no beginning began when it was written: its end tells whether somebody thought of the time."""
    names = ("ends_at",) if form["kind"] == NoticeKind.fault_outage else ("starts_at", "ends_at")
    if not one.key:
        return all(form[name] for name in names)
    return any(form[name] not in ("", proposed.get(name, "")) for name in names)


def _ticked(one: Question, reader: Reader, proposed: Said, said: Said) -> bool:
    """About a name that the grid does not know only an answer counts: ticks elsewhere say nothing of it."""
    if not one.of:
        return any(set(proposed[name]) != set(said[name]) for name in said)
    estate = reader.estates.get(one.of)
    return estate is not None and _of(estate, proposed) != _of(estate, said)


def _of(estate: Estate, said: Said) -> set[str]:
    whole = {name for name in ("estates", "partly") if str(estate.id) in said[name]}
    return whole | ({str(one.id) for one in estate.buildings} & set(said["buildings"]))
