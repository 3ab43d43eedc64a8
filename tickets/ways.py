"""By which channel a question comes, by which way its answer goes home: what they are called, and which fits."""

from app.core.words import phrase as _
from tickets.households.tables import Household, ReachKind, Way
from tickets.tables import Channel

HEARD = {
    Channel.phone: _("By telephone"), Channel.counter: _("At the counter"), Channel.wechat: _("From WeChat"),
    Channel.wecom: _("From WeCom"), Channel.sms: _("By SMS"),
}  # fmt: skip
"""Where colleagues hear questions, which they enter."""
CHANNELS = {**HEARD, Channel.web: _("On the page"), Channel.api: _("From another system")}
WAYS = {
    Way.call: _("By telephone"), Way.paste: _("In WeChat"), Way.sms: _("By SMS"), Way.page: _("On the page"), Way.email: _("By e-mail"),
}  # fmt: skip
"""What a household may like best."""
PREFERS = Household.prefers
OWN: dict[Channel, Way] = {
    Channel.web: Way.page, Channel.api: Way.page, Channel.sms: Way.sms, Channel.wecom: Way.wecom, Channel.wechat: Way.paste,
    Channel.phone: Way.call, Channel.counter: Way.call,
}  # fmt: skip
NEEDS = {Way.sms: ReachKind.phone, Way.call: ReachKind.phone, Way.email: ReachKind.email}


def way(channel: Channel, known: ReachKind | None, prefers: Way | None) -> Way:
    """As the household likes it, where that can be; else as it asked. A mail address left by telephone is written to."""
    if prefers is not None and NEEDS.get(prefers, known) == known:
        return prefers
    own = OWN[channel]
    if own is Way.call and known is ReachKind.email:
        return Way.email
    return own
