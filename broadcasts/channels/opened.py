"""The channels that this operator has, opened by their settings. Push is always there and has a path of its own."""

from app.core.settings import Settings
from broadcasts.channels import email, gateways, sms, webhook, wecom
from broadcasts.channels.protocol import Channel, Writer
from broadcasts.kinds import CHANNELS
from broadcasts.subscribers.tables import ChannelName


def every(settings: Settings) -> dict[ChannelName, Channel]:
    """What is not configured is not there."""
    return _of(gateways.of(settings), settings)


def closed(settings: Settings) -> dict[ChannelName, Channel]:
    """Those that the operator has not opened, with a sample's templates and price: to be looked at, never to send."""
    have = every(settings)
    return {name: channel for name, channel in _of(gateways.sample(), settings).items() if name not in have}


def _of(have: gateways.Gateways, settings: Settings) -> dict[ChannelName, Channel]:
    found: list[Channel] = []
    if have.sms:
        found.append(sms.Channel(have.sms, settings))
    if have.email:
        found.append(email.Channel(have.email, settings))
    if have.wecom:
        found.append(wecom.Channel(have.wecom, settings))
    if have.webhook and have.webhook.offered:
        found.append(webhook.Channel(have.webhook, settings))
    return {one.name: one for one in found}


def ways(settings: Settings) -> list[str]:
    """By what residents may subscribe here, as people name it; a webhook is for machines."""
    return [str(CHANNELS[name]) for name in every(settings) if name is not ChannelName.webhook]


def writers(settings: Settings) -> dict[ChannelName, Writer]:
    """Those of them that reach one person."""
    return {name: one for name, one in every(settings).items() if isinstance(one, sms.Channel | email.Channel)}
