"""Who is sending: this installation's key, and the header that proves it to a push service (RFC 8292)."""

import base64
import os
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from app.core import clock

LIFE = timedelta(hours=12)
RENEWED_BEFORE_END = timedelta(hours=1)
SUBJECT = re.compile(r"mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+")


class Vapid:
    """One key and the headers signed with it. A header is kept for its origin: to sign each message would halve the rate."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, subject: str) -> None:
        if not SUBJECT.fullmatch(subject):
            raise ValueError(f"LINDIAN_CONTACT: {subject!r} is neither mailto:someone@example.org nor an https address")
        self.key = key
        self.subject = subject
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
        self._headers: dict[str, tuple[datetime, datetime, str]] = {}

    def authorization(self, endpoint: str) -> str:
        """The Authorization header for any message to this endpoint's origin."""
        where = origin("/".join(endpoint.split("/", 3)[:3]))
        kept, now = self._headers.get(where), clock.now()
        # Signed later than now is wrong as well: the clock was put right.
        if kept is None or not kept[0] <= now < kept[1]:
            kept = self._headers[where] = (now, now + LIFE - RENEWED_BEFORE_END, self._sign(where, now + LIFE))
        return kept[2]

    def _sign(self, audience: str, ends_at: datetime) -> str:
        claims = {"aud": audience, "exp": int(ends_at.timestamp()), "sub": self.subject}
        return f"vapid t={jwt.encode(claims, self.key, algorithm='ES256')}, k={self.public_key}"


def opened(path: Path, *, subject: str) -> Vapid:
    """The key of this installation, made at first use. Losing the file means that every device must subscribe again."""
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError(f"{path.name} holds no P-256 key")
    return Vapid(key, subject)


@lru_cache(maxsize=256)
def origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


def _make(path: Path) -> None:
    """Written whole under another name, then linked: of two processes that start together one key wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(private)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
