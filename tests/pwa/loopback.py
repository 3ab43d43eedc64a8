"""A real push service on this machine: it holds subscriptions, checks who sends, decrypts what arrives, and answers as a test tells it to.

    with loopback.running() as service:
        phone = service.subscribe(answers=[429, 201])
        ...                                # the product sends to phone.endpoint, phone.p256dh, phone.auth
        assert service.received[0].plain

Decryption here is written from the browser's side of RFC 8291 and shares no code with the product's.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import re
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Answer:
    """A status with headers, or something worse than an answer: `hang`, `close`, `trickle`."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    worse: str = ""


HANG, CLOSE, TRICKLE, FLOOD = Answer(worse="hang"), Answer(worse="close"), Answer(worse="trickle"), Answer(worse="flood")


def slow_down(retry_after: str | int, status: int = 429) -> Answer:
    return Answer(status, {"Retry-After": str(retry_after)})


def redirect(to: str, status: int = 307) -> Answer:
    return Answer(status, {"Location": to})


@dataclass
class Subscription:
    """What a browser would hand over, with the private half that a browser would keep."""

    token: str
    endpoint: str
    p256dh: bytes
    auth: bytes
    key: ec.EllipticCurvePrivateKey | None
    answers: list[Answer]
    application_server_key: str | None = None
    forward: Callable[[bytes], None] | None = None

    def to_json(self) -> dict[str, object]:
        """As PushSubscription.toJSON() gives it."""
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": b64(self.p256dh), "auth": b64(self.auth)}}


@dataclass(frozen=True)
class Message:
    """One accepted message. `plain` is None only where the private key is a browser's own."""

    token: str
    plain: bytes | None
    body: bytes
    headers: dict[str, str]
    claims: dict[str, object]
    connection: int
    at: float

    @property
    def words(self) -> dict[str, object]:
        assert self.plain is not None
        said = json.loads(self.plain)
        assert isinstance(said, dict)
        return said


class Objection(Exception):
    """What the service finds wrong with a request, and the status it says so with."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class PushService:
    origin: str
    port: int = 0
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    received: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def subscribe(self, answers: Sequence[int | Answer] = (201,), *, application_server_key: str | None = None) -> Subscription:
        """A new device. Its answers are given in turn; the last one stays. With a key, only its owner may send."""
        key = ec.generate_private_key(CURVE)
        public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return self._keep(public, os.urandom(16), key, answers, application_server_key=application_server_key)

    def adopt(
        self, *, token: str, p256dh: bytes, auth: bytes, forward: Callable[[bytes], None], application_server_key: str | None = None
    ) -> Subscription:
        """A real browser's subscription: nobody here can decrypt it, so the body is handed on."""
        return self._keep(p256dh, auth, None, (201,), token=token, forward=forward, application_server_key=application_server_key)

    def to(self, subscription: Subscription) -> list[Message]:
        return [message for message in self.received if message.token == subscription.token]

    def requests(self, subscription: Subscription) -> int:
        return self.asked.count(subscription.token)

    def wait_for(self, count: int, *, seconds: float = 10) -> list[Message]:
        end = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.received

    def _keep(
        self,
        p256dh: bytes,
        auth: bytes,
        key: ec.EllipticCurvePrivateKey | None,
        answers: Sequence[int | Answer],
        *,
        token: str = "",
        forward: Callable[[bytes], None] | None = None,
        application_server_key: str | None = None,
    ) -> Subscription:
        token = token or secrets.token_urlsafe(16)
        scripted = [Answer(answer) if isinstance(answer, int) else answer for answer in answers]
        subscription = Subscription(token, f"{self.origin}/push/{token}", p256dh, auth, key, scripted, application_server_key, forward)
        self.subscriptions[token] = subscription
        return subscription

    def take(self, path: str, headers: dict[str, str], body: bytes, connection: int) -> Answer:
        """One request, judged as a real service would: who, how, what. Then the scripted answer."""
        token = path.rpartition("/")[2]
        self.asked.append(token)
        try:
            subscription = self.subscriptions.get(token)
            if subscription is None:
                raise Objection(404, "no such subscription")
            with self.lock:
                answer = subscription.answers.pop(0) if len(subscription.answers) > 1 else subscription.answers[0]
            claims = proven(headers.get("authorization", ""), self.origin, subscription.application_server_key)
            in_order(headers, body)
            plain = opened(body, subscription.key, subscription.auth) if subscription.key else None
        except Objection as objection:
            self.objections.append(str(objection))
            return Answer(objection.status)
        if 200 <= answer.status < 300 and answer.worse in ("", "trickle", "flood"):
            self.received.append(Message(token, plain, body, headers, claims, connection, time.time()))
            if subscription.forward:
                subscription.forward(body)
        return answer


# --- who sends: RFC 8292 -------------------------------------------------------------------------------------------------------


def proven(authorization: str, origin: str, expected_key: str | None) -> dict[str, object]:
    found = re.fullmatch(r"vapid t=(?P<t>[\w.-]+), ?k=(?P<k>[\w-]+)", authorization)
    if not found:
        raise Objection(401, "no VAPID header")
    if expected_key and found["k"] != expected_key:
        raise Objection(403, "signed with another key than the subscription's")
    head, body, signature = found["t"].split(".")
    verified(f"{head}.{body}".encode(), unb64(signature), unb64(found["k"]))
    if json.loads(unb64(head)) not in ({"typ": "JWT", "alg": "ES256"},):
        raise Objection(403, "not an ES256 JWT")
    claims = json.loads(unb64(body))
    if claims.get("aud") != origin:
        raise Objection(403, f"aud is {claims.get('aud')}, this is {origin}")
    if not time.time() < claims.get("exp", 0) <= time.time() + 24 * 3600:
        raise Objection(403, "exp is over or too far")
    if not re.match(r"mailto:.+@.+|https://", claims.get("sub", "")):
        raise Objection(403, "no subject")
    return dict(claims)


def verified(signed: bytes, signature: bytes, public: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as wrong:
        raise Objection(403, "the signature is wrong") from wrong


# --- how and what: RFC 8030, 8188 and 8291 ------------------------------------------------------------------------------------


def in_order(headers: dict[str, str], body: bytes) -> None:
    if not headers.get("ttl", "").isdigit():
        raise Objection(400, "no TTL")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,32}", headers.get("topic", "")):
        raise Objection(400, "Topic is not base64url or too long")
    if headers.get("urgency", "normal") not in ("very-low", "low", "normal", "high"):
        raise Objection(400, "unknown Urgency")
    if headers.get("content-encoding") != "aes128gcm":
        raise Objection(400, "not aes128gcm")
    if len(body) > 4096:
        raise Objection(413, "body too large")


def opened(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    if len(sealed) > size:
        raise Objection(400, "more than one record")
    ours = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
    inner = expand(auth, shared, b"WebPush: info\x00" + ours + sender, 32)
    try:
        padded = AESGCM(expand(salt, inner, b"Content-Encoding: aes128gcm\x00", 16)).decrypt(
            expand(salt, inner, b"Content-Encoding: nonce\x00", 12), sealed, None
        )
    except InvalidTag as wrong:
        raise Objection(400, "does not decrypt") from wrong
    plain, delimiter = padded.rstrip(b"\x00")[:-1], padded.rstrip(b"\x00")[-1:]
    if delimiter != b"\x02":
        raise Objection(400, "the last record is not marked")
    return plain


def expand(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    once = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(once, info + b"\x01", hashlib.sha256)[:length]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(words: str) -> bytes:
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


# --- the door -----------------------------------------------------------------------------------------------------------------


def _door(service: PushService) -> type[http.server.BaseHTTPRequestHandler]:
    class Door(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        number = 0

        def setup(self) -> None:
            super().setup()
            with service.lock:
                service.connections += 1
                self.number = service.connections

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(service.take(self.path, headers, body, self.number))

        def do_GET(self) -> None:
            service.asked.append(f"GET {self.path}")
            self._answer(Answer(405))

        def _answer(self, answer: Answer) -> None:
            if answer.worse in ("hang", "close"):
                service.over.wait(15 if answer.worse == "hang" else 0)
                self.close_connection = True
                return
            said = b"" if answer.status == 204 else b"so it is\n"
            length = len(said) if not answer.worse else 10_000_000
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(length)}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(said)
                if answer.worse == "trickle":
                    service.over.wait(15)
                for _ in range(150 if answer.worse == "flood" else 0):
                    self.wfile.write(b"x" * 65_536)

        def log_message(self, *args: object) -> None:
            pass

    return Door


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextlib.contextmanager
def running(*, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> Iterator[PushService]:
    """With `tls` it is https://`name` to everybody who is told the port (`service.port`) to connect to."""
    service = PushService("")
    server = _Server(("127.0.0.1", 0), _door(service))
    service.port = server.server_port
    service.origin = f"https://{name}" if tls else f"http://{name}:{server.server_port}"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
