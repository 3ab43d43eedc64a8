"""Devices that may be pushed to: they come with every start of the app, and go when their push service says so."""

import base64
import binascii
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, twins
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.staff.tables import SignIn
from pwa.push import guard, sealing
from pwa.tables import Device


def enrol(
    session: Session, *, endpoint: str, p256dh: str, auth: str, hosts: Collection[str], loopback: bool,
    sign_in: str | None = None, work: bool = False, old: str | None = None,
) -> Device:  # fmt: skip
    """Keep a browser's push address, or its newer keys. `old` is the address that the browser had before.

    `sign_in` is that of the colleague who is signed in there; `work` switches it on for them, and for nobody who was there before.
    Raises Mistaken for what no browser gives. Names are not looked up here but when something is sent.
    """
    _check_address(endpoint, hosts, loopback)
    point, secret = _keys(p256dh, auth)
    device = find(session, endpoint) or (find(session, old) if old else None) or _fresh(session, endpoint, point, secret)
    device.endpoint, device.p256dh, device.auth = endpoint, point, secret
    device.seen_at = clock.now()
    if work or device.sign_in != sign_in:
        device.sign_in = sign_in if work else None
    session.flush()
    return device


def find(session: Session, endpoint: str) -> Device | None:
    return session.scalar(sa.select(Device).where(Device.endpoint == endpoint))


def known(session: Session, endpoint: str, old: str | None) -> bool:
    """Whether we have this browser's address, or the one that it had before."""
    return session.scalar(sa.select(Device.id).where(Device.endpoint.in_((endpoint, old))).limit(1)) is not None


def forget(session: Session, endpoint: str) -> None:
    """The device is not pushed to any more. To forget what we do not know is no mistake."""
    session.execute(sa.delete(Device).where(Device.endpoint == endpoint))


def of(people: sa.Select[int]) -> sa.ColumnElement[bool]:
    """The condition on Device that one of these colleagues switched it on and is still signed in there."""
    signed_in = sa.select(SignIn.token_hash).where(SignIn.person_id.in_(people), SignIn.expires_at > clock.now())
    return Device.sign_in.in_(signed_in)


def rings(session: Session, sign_in: str) -> bool:
    """Whether this very phone was switched on for work."""
    return session.scalar(sa.select(Device.id).where(Device.sign_in == sign_in).limit(1)) is not None


def silence(session: Session, sign_in: str) -> None:
    """This phone no longer rings for work; what was subscribed to on it stays. Asked twice it is done once."""
    session.execute(sa.update(Device).where(Device.sign_in == sign_in).values(sign_in=None))


def _fresh(session: Session, endpoint: str, point: bytes, secret: bytes) -> Device:
    """Two tabs of one browser may come at the same moment."""
    now = clock.now()
    device = Device(endpoint=endpoint, p256dh=point, auth=secret, created_at=now, seen_at=now)
    if not twins.first(session, device):
        return session.scalars(sa.select(Device).where(Device.endpoint == endpoint)).one()
    return device


def _check_address(endpoint: str, hosts: Collection[str], loopback: bool) -> None:
    try:
        guard.check(endpoint, allowed=hosts, loopback=loopback, resolve=_not_asked)
    except guard.NotPushService as error:
        raise Mistaken(error.reason, {"endpoint": error.reason}) from error


def _not_asked(_host: str, _port: int) -> list[str]:
    """Some public address: a slow name server must not hold the request."""
    return ["1.1.1.1"]


def _keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    try:
        point, secret = _decoded(p256dh), _decoded(auth)
        sealing.public_key(point, secret)
    except (sealing.BadKeys, binascii.Error, ValueError) as error:
        reason = _("The keys of this push address are not whole.")
        raise Mistaken(reason, {"keys": reason}) from error
    return point, secret


def _decoded(words: str) -> bytes:
    """base64url as a browser writes it, with or without its padding."""
    return base64.b64decode(words.rstrip("=") + "=" * (-len(words.rstrip("=")) % 4), altchars=b"-_", validate=True)
