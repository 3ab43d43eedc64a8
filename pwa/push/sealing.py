"""The envelope of a push message: RFC 8291 over RFC 8188 (aes128gcm), one record."""

import hmac
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LONGEST = 3800
"""Services refuse bodies over 4,096 bytes, and some count their own headers in it."""

SIZES = (4096).to_bytes(4, "big") + bytes([65])
"""Of a record and of our key."""
CURVE = ec.SECP256R1()
LAST_RECORD = b"\x02"
FORMAT = (Encoding.X962, PublicFormat.UncompressedPoint)
EXCHANGE = ec.ECDH()


class BadKeys(ValueError):
    """The subscription's keys are not what a browser makes."""


class TooLong(ValueError):
    """The message does not fit into one push."""


def seal(payload: bytes, *, p256dh: bytes, auth: bytes, salt: bytes | None = None, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """The body to send to the browser that owns `p256dh` and `auth`. `salt` and `key` are fresh each time, save in a test vector."""
    return finish(payload, prepare(p256dh=p256dh, auth=auth, key=key), salt=salt)


def prepare(*, p256dh: bytes, auth: bytes, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """The dear half of an envelope, which needs no words yet: a fresh public key of ours, and the secret that it shares with the browser.

    For one message and never for a second.
    """
    theirs = public_key(p256dh, auth)
    key = key or ec.generate_private_key(CURVE)
    ours = key.public_key().public_bytes(*FORMAT)
    # HKDF of RFC 5869 for at most one hash of output: to extract is one HMAC, to expand another.
    return ours + _hmac(_hmac(auth, key.exchange(EXCHANGE, theirs)), b"WebPush: info\0" + p256dh + ours + b"\x01")


def finish(payload: bytes, prepared: bytes, *, salt: bytes | None = None) -> bytes:
    """The body, of a prepared half and the words. With its fresh salt no two bodies have one content key, whatever else goes wrong."""
    _check(payload)
    ours, secret = prepared[:65], prepared[65:]
    salt = salt or os.urandom(16)
    drawn = _hmac(salt, secret)
    content_key = _hmac(drawn, b"Content-Encoding: aes128gcm\0\x01")[:16]
    nonce = _hmac(drawn, b"Content-Encoding: nonce\0\x01")[:12]
    return salt + SIZES + ours + AESGCM(content_key).encrypt(nonce, payload + LAST_RECORD, None)


def public_key(p256dh: bytes, auth: bytes) -> ec.EllipticCurvePublicKey:
    """The browser's key, if both its parts are in order. Also the check at the door, before a subscription is kept."""
    if len(p256dh) != 65 or p256dh[0] != 4 or len(auth) != 16:
        raise BadKeys("p256dh has 65 bytes and auth 16")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)
    except ValueError as off:
        raise BadKeys("p256dh is not a point on the curve") from off


def _hmac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")


def _check(payload: bytes) -> None:
    if not payload:
        raise ValueError("Chromium throws an empty message away")
    if len(payload) > LONGEST:
        raise TooLong(f"{len(payload)} bytes, at most {LONGEST}")
