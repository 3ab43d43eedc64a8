"""Our side of HTTP/2 against the other side of `h2`, which is strict about the protocol, and against raw frames that are not."""

import struct
from collections.abc import Callable

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, PingAckReceived, RequestReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes, Settings
from hpack import Encoder

from pwa.push.http2 import Http2
from pwa.push.talk import Broken, Heard

FIELDS = (("ttl", "60"), ("content-encoding", "aes128gcm"), ("authorization", "vapid t=x.y.z, k=k"))
BODY = b"sealed" * 50


class Service:
    """The other side, and what it has seen."""

    def __init__(self, **settings: int) -> None:
        self.talk = Http2("https", "push.example")
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        offered = {SettingCodes[name.upper()]: value for name, value in settings.items()}
        self.h2.local_settings = Settings(client=False, initial_values={SettingCodes.MAX_CONCURRENT_STREAMS: 100, **offered})
        self.h2.initiate_connection()
        self.seen: list[Event] = []
        self.pass_on()

    def pass_on(self) -> list[Event]:
        """All that each has to say to the other."""
        new: list[Event] = []
        while self.talk.out or (said := self.h2.data_to_send()):
            if self.talk.out:
                out, self.talk.out = bytes(self.talk.out), bytearray()
                new += self.h2.receive_data(out)
            else:
                self.talk.hear(said)
        self.seen += new
        return new

    def asked(self, *places: int) -> list[int]:
        """These are sent; their streams."""
        for place in places:
            self.talk.ask(place, f"/push/{place}", FIELDS, BODY)
        return [event.stream_id for event in self.pass_on() if isinstance(event, RequestReceived) and event.stream_id]

    def answer(self, stream: int, status: int, body: bytes = b"", **headers: str) -> None:
        said = [(":status", str(status)), *((name.replace("_", "-"), value) for name, value in headers.items())]
        self.h2.send_headers(stream, said, end_stream=not body)
        if body:
            self.h2.send_data(stream, body, end_stream=True)
        self.pass_on()

    def raw(self, kind: int, flags: int, stream: int, said: bytes) -> None:
        self.talk.hear(struct.pack(">IBI", len(said) << 8 | kind, flags, stream) + said)


def test_a_request_is_read_as_it_was_meant() -> None:
    service = Service()
    long = "/" + "x" * 2000
    service.talk.ask(0, long, FIELDS, BODY)
    service.asked(1)
    first, second = [dict(event.headers) for event in service.seen if isinstance(event, RequestReceived) and event.headers]
    assert first == {":method": "POST", ":scheme": "https", ":authority": "push.example", ":path": long, **dict(FIELDS)}
    assert second == {**first, ":path": "/push/1"}
    assert [event.data for event in service.seen if isinstance(event, DataReceived)] == [BODY, BODY]
    assert sum(isinstance(event, StreamEnded) for event in service.seen) == 2


@pytest.mark.parametrize("length", [1, 126, 127, 128, 254, 255, 256, 382, 383, 2047])
def test_paths_of_every_length(length: int) -> None:
    service = Service()
    service.talk.ask(0, "/" * length, FIELDS, BODY)
    service.pass_on()
    [event] = [event for event in service.seen if isinstance(event, RequestReceived)]
    assert event.headers
    assert dict(event.headers)[":path"] == "/" * length


def test_answers_of_every_kind_in_any_order() -> None:
    service = Service()
    streams = service.asked(*range(6))
    for stream, status in reversed(list(zip(streams, (201, 204, 404, 410, 429, 503), strict=True))):
        service.answer(stream, status, b"so it is" if status != 201 else b"", retry_after="30", date="Thu, 26 Nov 2026", location="/m/1")
    waits = "30"
    assert sorted(service.talk.heard) == [
        Heard(0, 201), Heard(1, 204), Heard(2, 404, waits), Heard(3, 410, waits), Heard(4, 429, waits), Heard(5, 503, waits),
    ]  # fmt: skip
    assert service.talk.under_way == []


def test_nothing_is_asked_before_both_have_agreed_and_never_more_than_the_service_allows() -> None:
    assert not Http2("https", "push.example").has_room
    service = Service(max_concurrent_streams=2)
    [first] = service.asked(1)
    assert service.talk.has_room
    service.asked(2)
    assert not service.talk.has_room
    service.answer(first, 201)
    assert service.talk.has_room
    service.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: 0})
    service.pass_on()
    assert not service.talk.has_room


def test_no_message_is_begun_that_the_window_would_cut_in_two() -> None:
    service = Service()
    while service.talk.has_room:
        service.talk.ask(1, "/push/1", FIELDS, b"x" * 3900)
    service.pass_on()
    assert len(service.talk.under_way) == 16
    service.h2.increment_flow_control_window(100_000)
    service.pass_on()
    assert service.talk.has_room
    assert not Service(initial_window_size=4000).talk.has_room


def test_an_answers_body_is_let_go_and_others_are_not_kept_waiting_by_it() -> None:
    service = Service()
    streams = service.asked(*range(40))
    for stream in streams:
        service.answer(stream, 201, b"y" * 9000)
    assert [one.status for one in service.talk.heard] == [201] * 40


def test_what_a_service_breaks_off_or_does_not_look_at() -> None:
    service = Service()
    broken, answered, late = service.asked(1, 2, 3)
    service.h2.reset_stream(broken, ErrorCodes.REFUSED_STREAM)
    service.answer(answered, 201)
    service.h2.close_connection(last_stream_id=answered)
    service.pass_on()
    assert sorted(service.talk.heard, key=lambda one: one.place) == [Heard(1, None, "the service broke it off"), Heard(2, 201)]
    assert (service.talk.unserved, service.talk.over, service.talk.has_room) == ([3], True, False)
    assert late > answered


def test_a_ping_is_answered_and_a_message_nobody_waits_for_is_taken_back() -> None:
    service = Service()
    service.asked(7)
    service.h2.ping(b"12345678")
    service.pass_on()
    assert any(isinstance(event, PingAckReceived) for event in service.seen)
    service.talk.cancel(7)
    assert any(isinstance(event, StreamReset) and event.error_code == ErrorCodes.CANCEL for event in service.pass_on())
    assert service.talk.under_way == []


def headers(*said: tuple[str, str]) -> bytes:
    encoder = Encoder()
    encoder.header_table_size = 0
    return encoder.encode(list(said))


def test_headers_in_pieces_padded_with_priority_and_hints_before() -> None:
    service = Service()
    service.asked(4)
    block = headers((":status", "410"), ("x", "y" * 300))
    service.raw(1, 0x4, 1, headers((":status", "103"), ("link", "</x>")))
    service.raw(1, 0x1 | 0x8 | 0x20, 1, bytes([3]) + b"\0\0\0\0\x10" + block[:9] + b"\0\0\0")
    assert service.talk.heard == []
    service.raw(9, 0, 1, block[9:200])
    service.raw(9, 0x4, 1, block[200:])
    assert (service.talk.heard, service.talk.under_way) == ([Heard(4, 410)], [])


def test_in_single_bytes() -> None:
    service = Service()
    [stream] = service.asked(5)
    service.h2.send_headers(stream, [(":status", "201")], end_stream=True)
    for byte in service.h2.data_to_send():
        service.talk.hear(bytes([byte]))
    assert service.talk.heard == [Heard(5, 201)]


@pytest.mark.parametrize(
    "status", ["201", "200", "999", "2", "20x", "-01", ""], ids=["right", "in the table", "unknown", "short", "letters", "sign", "none"]
)
def test_only_a_status_is_a_status(status: str) -> None:
    service = Service()
    service.asked(6)
    if status in ("201", "200", "999"):
        service.raw(1, 0x5, 1, headers((":status", status), ("server", "x")))
        assert [one.status for one in service.talk.heard] == [int(status)]
    else:
        with pytest.raises(Broken):
            service.raw(1, 0x5, 1, headers((":status", status)))


def _large(service: Service) -> None:
    service.raw(0, 0, 1, b"x" * 16_385)


def _endless(service: Service) -> None:
    for _ in range(9):
        service.raw(9, 0, 1, b"x" * 10_000)


def _nonsense(service: Service) -> None:
    service.raw(1, 0x4, 1, b"\xff\xff\xff\xff\xff")


def _no_status(service: Service) -> None:
    service.raw(1, 0x5, 1, headers(("server", "x")))


@pytest.mark.parametrize("misdeed", [_large, _endless, _nonsense, _no_status])
def test_whoever_breaks_the_protocol_is_left(misdeed: Callable[[Service], None]) -> None:
    service = Service()
    service.asked(8)
    with pytest.raises(Broken):
        misdeed(service)
    assert service.talk.under_way == [8]


def test_unknown_frames_empty_frames_and_frames_of_nobody_change_nothing() -> None:
    service = Service()
    service.asked(9)
    for kind in (0, 1, 2, 3, 5, 7, 8, 9, 10, 200):
        service.raw(kind, 0x4 if kind in (1, 9) else 0, 77, b"\0" * 6 if kind in (2, 5, 10, 200) else b"")
    assert service.talk.under_way in ([9], [])
