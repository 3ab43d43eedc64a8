"""A loopback stand-in for Google's push service, as far as one Chromium needs it.

Chromium is started with `Gcm.switches()`: it checks in, registers and keeps its message connection (MCS over TLS) with this
process. `pushManager.subscribe()` is then a true one, and `Gcm.deliver()` hands an encrypted body to Chromium, which
decrypts it itself with the key that never leaves it.
"""

import base64
import datetime
import hashlib
import http.server
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MCS_VERSION = 41
HEARTBEAT_PING, HEARTBEAT_ACK, LOGIN_REQUEST, LOGIN_RESPONSE, CLOSE, IQ, DATA = 0, 1, 2, 3, 4, 7, 8


# --- protocol buffers, as much as is needed -----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def whole(tag: int, number: int) -> bytes:
    return varint(tag << 3) + varint(number)


def fixed64(tag: int, number: int) -> bytes:
    return varint(tag << 3 | 1) + number.to_bytes(8, "little")


def text(tag: int, value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return varint(tag << 3 | 2) + varint(len(raw)) + raw


def checkin_response() -> bytes:
    """stats_ok, time_msec, android_id, security_token."""
    now = int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)
    return whole(1, 1) + whole(3, now) + fixed64(7, 0x3A5C0FFEE1234567) + fixed64(8, 0x1234567890ABCDEF)


def login_response() -> bytes:
    return text(1, "chrome-1") + whole(5, 1) + whole(6, 1)


def fields(message: bytes) -> dict[int, list[int | bytes]]:
    """The numbered fields of a message; enough to read what Chromium acknowledges."""
    found: dict[int, list[int | bytes]] = {}
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        value: int | bytes
        if tag & 7 == 0:
            value, place = _number(message, place)
        else:
            size, place = (8, place) if tag & 7 == 1 else _number(message, place)
            value, place = message[place : place + size], place + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def _number(message: bytes, place: int) -> tuple[int, int]:
    number, shift = 0, 0
    while True:
        part = message[place]
        number |= (part & 0x7F) << shift
        shift, place = shift + 7, place + 1
        if part < 0x80:
            return number, place


def data_stanza(registration: "Registration", body: bytes, number: int) -> bytes:
    def app_data(key: str, value: str) -> bytes:
        return text(7, text(1, key) + text(2, value))

    return (
        text(2, f"m{number}")
        + text(3, registration.sender)
        + text(5, registration.category)
        + app_data("subtype", registration.app)
        + app_data("content-encoding", "aes128gcm")
        + text(9, f"p{number}")
        + whole(10, number)
        + text(21, body)
        + whole(24, 1)
    )


# --- the service --------------------------------------------------------------------------------------------------------------


@dataclass
class Registration:
    """What Chromium asked for: its own name, the site's worker, and the VAPID key the messages must be signed with."""

    token: str
    category: str
    app: str
    sender: str


@dataclass
class Gcm:
    web: http.server.ThreadingHTTPServer
    mcs: socket.socket
    tls: ssl.SSLContext
    spki: str
    registrations: dict[str, Registration] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stopped: bool = False
    _line: ssl.SSLSocket | None = None
    _state: threading.Condition = field(default_factory=threading.Condition)
    _stream: int = 1
    _heard: int = 1

    def switches(self) -> list[str]:
        web = f"http://127.0.0.1:{self.web.server_port}"
        return [
            f"--gcm-checkin-url={web}/checkin",
            f"--gcm-registration-url={web}/register",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self.mcs.getsockname()[1]}",
            f"--ignore-certificate-errors-spki-list={self.spki}",
        ]

    def register(self, form: dict[str, list[str]]) -> str:
        said = {key: values[0] for key, values in form.items()}
        if said.get("delete") == "true":
            gone = [t for t, r in self.registrations.items() if r.app == said.get("X-subtype", said["app"])]
            for token in gone:
                del self.registrations[token]
            return f"token={said['app']}"
        token = f"standin:{len(self.asked)}-" + base64.urlsafe_b64encode(hashlib.sha256(repr(said).encode()).digest()).decode().rstrip("=")
        self.registrations[token] = Registration(token, said["app"], said.get("X-subtype", said["app"]), said["sender"])
        return f"token={token}"

    def deliver(self, token: str, body: bytes, *, wait: float = 15) -> None:
        """Hand one aes128gcm body to Chromium over its own message connection, until it says that it has it."""
        registration = self.registrations[token]
        end = time.monotonic() + wait
        with self._state:
            while self._state.wait_for(lambda: self._line is not None, timeout=end - time.monotonic()):
                if self._handed_over(registration, body):
                    return
        raise TimeoutError("Chromium did not take the message")

    def _handed_over(self, registration: Registration, body: bytes) -> bool:
        """Chromium changes its line once or twice after its start: what went into the old one is said again."""
        line = self._line
        self._stream += 1
        number = self._stream
        with suppress(OSError):
            _say(line, DATA, data_stanza(registration, body, number))
        self._state.wait_for(lambda: self._line is not line or self._heard >= number, timeout=5)
        return self._line is line and self._heard >= number

    def connected(self, *, wait: float = 15) -> bool:
        with self._state:
            return self._state.wait_for(lambda: self._line is not None, timeout=wait)

    def _listen(self) -> None:
        while not self.stopped:
            with suppress(OSError):
                line, _ = self.mcs.accept()
                threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, raw: socket.socket) -> None:
        line = None
        try:
            line = self.tls.wrap_socket(raw, server_side=True)
            _read(line, 1)
            for tag, message in _messages(line):
                self.asked.append(f"mcs {tag}")
                self._answer(line, tag, message)
        except OSError as broken:
            self.asked.append(f"mcs closed: {broken}")
        finally:
            with self._state:
                if line is not None and self._line is line:
                    self._line = None
                    self._state.notify_all()
            with suppress(OSError):
                (line or raw).close()

    def _answer(self, line: ssl.SSLSocket, tag: int, message: bytes) -> None:
        with self._state:
            if tag == LOGIN_REQUEST:
                line.sendall(bytes([MCS_VERSION]))
                _say(line, LOGIN_RESPONSE, login_response())
                self._line, self._stream, self._heard = line, 1, 1
            elif tag == HEARTBEAT_PING:
                _say(line, HEARTBEAT_ACK, b"")
            elif tag == IQ:
                self._heard = max(self._heard, *(int(n) for n in fields(message).get(10, [0])))
            self._state.notify_all()


def _say(line: ssl.SSLSocket | None, tag: int, message: bytes) -> None:
    if line is not None:
        line.sendall(bytes([tag]) + varint(len(message)) + message)


def _read(line: ssl.SSLSocket, size: int) -> bytes:
    out = b""
    while len(out) < size:
        more = line.recv(size - len(out))
        if not more:
            raise ConnectionError("closed by Chromium")
        out += more
    return out


def _messages(line: ssl.SSLSocket) -> Iterator[tuple[int, bytes]]:
    while True:
        tag = _read(line, 1)[0]
        size, shift = 0, 0
        while True:
            part = _read(line, 1)[0]
            size |= (part & 0x7F) << shift
            shift += 7
            if part < 0x80:
                break
        yield tag, _read(line, size)


def _door(gcm: list[Gcm]) -> type[http.server.BaseHTTPRequestHandler]:
    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            gcm[0].asked.append(f"{self.path} {body[:300]!r}" if self.path == "/register" else self.path)
            if self.path == "/checkin":
                self._answer(checkin_response(), "application/x-protobuf")
            else:
                self._answer(gcm[0].register(urllib.parse.parse_qs(body.decode())).encode(), "text/plain")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Door


def certificate(path: Path, name: str) -> Path:
    """A key and a self-signed certificate in one file: for TLS at one end, and to be trusted at the other."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    here: x509.GeneralName = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.datetime.now(datetime.UTC)
    paper = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + paper.public_bytes(serialization.Encoding.PEM))
    return path


def _fingerprint(pem: bytes) -> str:
    """What Chromium's --ignore-certificate-errors-spki-list wants to hear."""
    key = x509.load_pem_x509_certificate(pem).public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


@contextmanager
def running(folder: Path) -> Iterator[Gcm]:
    pem = certificate(folder / "mcs.pem", "127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    spki = _fingerprint(pem.read_bytes())
    known: list[Gcm] = []
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _door(known))
    web.daemon_threads = True
    mcs = socket.create_server(("127.0.0.1", 0))
    gcm = Gcm(web, mcs, tls, spki)
    known.append(gcm)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    threading.Thread(target=gcm._listen, daemon=True).start()
    try:
        yield gcm
    finally:
        gcm.stopped = True
        web.shutdown()
        web.server_close()
        mcs.close()
