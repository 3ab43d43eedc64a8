"""By which way an answer comes home to the asker."""

from tickets.households.tables import Household, ReachKind, Way
from tickets.tables import Channel

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
