"""The kinds of notice, as people name them and as pages draw them."""

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import NoticeKind, UpdateState


class Kind(msgspec.Struct, frozen=True):
    name: Phrase
    icon: str
    colour: str
    look: str
    """How the state block looks while the notice holds."""


KINDS = {
    NoticeKind.fault_outage: Kind(_("Fault outage"), "bolt", "red", "out"),
    NoticeKind.temporary_outage: Kind(_("Temporary outage"), "clock", "blue", "plan"),
    NoticeKind.planned_outage: Kind(_("Planned outage"), "clock", "blue", "plan"),
    NoticeKind.safety: Kind(_("Safety"), "warn", "amber", "safety"),
    NoticeKind.knowledge: Kind(_("Good to know"), "book", "blue", "info"),
    NoticeKind.service: Kind(_("Service news"), "info", "blue", "info"),
}

CHANNELS = {
    ChannelName.push: _("Push"), ChannelName.sms: _("By SMS"), ChannelName.email: _("E-mail"), ChannelName.wecom: _("WeCom group"),
    ChannelName.webhook: _("Webhook"),
}  # fmt: skip
UPDATES = {
    UpdateState.arrived: _("Crew arrived"),
    UpdateState.progress: _("Progress"),
    UpdateState.new_time: _("New time"),
    UpdateState.restored: _("Power is back"),
    UpdateState.cancelled: _("Withdrawn"),
    UpdateState.corrected: _("Corrected"),
}
