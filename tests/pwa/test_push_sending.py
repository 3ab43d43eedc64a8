import ssl
import time
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import clock
from pwa.push import guard, payload, sending, vapid
from pwa.push.guard import Target
from pwa.push.sealing import seal
from pwa.push.sending import Envelope, Label, Outcome, Urgency, Verdict, judge, send
from tests.pwa import gcm, http2, loopback
from tests.pwa.loopback import CLOSE, FLOOD, HANG, TRICKLE, Answer, PushService, Subscription, redirect, slow_down

WORDS = payload.declarative(title="Planned outage", body="8:00-17:00", navigate="https://grid.example/n/7", tag="notice-7")


@pytest.fixture
def signer(tmp_path: Path) -> vapid.Vapid:
    return vapid.opened(tmp_path / "vapid.pem", subject="mailto:duty@lindian.example")


def letter(key: int, phone: Subscription, signer: vapid.Vapid, **more: object) -> Envelope:
    return Envelope(
        key=key,
        target=guard.check(phone.endpoint, allowed=guard.hosts(), loopback=True),
        body=seal(WORDS, p256dh=phone.p256dh, auth=phone.auth),
        label=Label(authorization=signer.authorization(phone.endpoint), **{"ttl_s": 3600, **more}),  # type: ignore[arg-type]
    )


def test_a_message_arrives_signed_sealed_and_labelled(service: PushService, signer: vapid.Vapid) -> None:
    phone = service.subscribe(application_server_key=signer.public_key)
    outcomes = send([letter(7, phone, signer, ttl_s=600, topic="notice-7", urgency=Urgency.HIGH)])
    assert outcomes == [Outcome(7, 201)]
    [message] = service.received
    assert message.plain == WORDS
    assert message.claims["aud"] == service.origin
    labels = {name: message.headers[name] for name in ("ttl", "topic", "urgency", "content-encoding")}
    assert labels == {"ttl": "600", "topic": "notice-7", "urgency": "high", "content-encoding": "aes128gcm"}
    assert "expect" not in message.headers


ANSWERS = [
    (Answer(201), 201, Verdict.SENT),
    (Answer(204), 204, Verdict.SENT),
    (Answer(404), 404, Verdict.GONE),
    (Answer(410), 410, Verdict.GONE),
    (Answer(401), 401, Verdict.ALARM),
    (Answer(403), 403, Verdict.ALARM),
    (Answer(413), 413, Verdict.TOO_LARGE),
    (Answer(400), 400, Verdict.FAILED),
    (slow_down(30), 429, Verdict.RETRY),
    (Answer(500), 500, Verdict.RETRY),
    (slow_down(5, status=503), 503, Verdict.RETRY),
    (TRICKLE, 201, Verdict.SENT),
    (FLOOD, 201, Verdict.SENT),
    (CLOSE, None, Verdict.RETRY),
    (HANG, None, Verdict.RETRY),
]


def test_every_answer_of_one_batch_is_told_apart_and_in_order(service: PushService, signer: vapid.Vapid) -> None:
    phones = [service.subscribe([answer]) for answer, _status, _verdict in ANSWERS]
    outcomes = send([letter(number, phone, signer) for number, phone in enumerate(phones)], timeout_ms=900, connections=len(ANSWERS))
    assert [outcome.key for outcome in outcomes] == list(range(len(ANSWERS)))
    assert [outcome.status for outcome in outcomes] == [status for _answer, status, _verdict in ANSWERS], outcomes
    assert [judge(outcome) for outcome in outcomes] == [verdict for _answer, _status, verdict in ANSWERS]
    assert {outcome.retry_after for outcome in outcomes} == {None, 5, 30}
    assert all(bool(outcome.error) == (outcome.status is None) for outcome in outcomes)


def test_a_pause_may_be_a_date(service: PushService, signer: vapid.Vapid) -> None:
    until = (clock.now() + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    [outcome] = send([letter(1, service.subscribe([slow_down(until)]), signer)])
    assert outcome.retry_after in range(85, 92)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(service: PushService, signer: vapid.Vapid, status: int) -> None:
    elsewhere = service.subscribe()
    phone = service.subscribe([redirect(elsewhere.endpoint, status)])
    [outcome] = send([letter(1, phone, signer)])
    assert outcome.status == status
    assert judge(outcome) is Verdict.FAILED
    assert service.requests(elsewhere) == 0


def test_a_service_that_hangs_is_left_in_time(service: PushService, signer: vapid.Vapid) -> None:
    began = time.monotonic()
    [outcome] = send([letter(1, service.subscribe([HANG]), signer)], timeout_ms=400)
    assert time.monotonic() - began < 2
    assert "timed out" in outcome.error
    assert sending.TIMEOUT_MS == 10_000


def test_after_the_end_of_the_notice_nothing_is_sent(service: PushService, signer: vapid.Vapid) -> None:
    phone = service.subscribe()
    past, soon = (clock.now() + timedelta(seconds=seconds) for seconds in (-1, 120))
    outcomes = send([letter(1, phone, signer, until=past), letter(2, phone, signer, until=soon)])
    assert [judge(outcome) for outcome in outcomes] == [Verdict.OVER, Verdict.SENT]
    assert service.requests(phone) == 1
    assert int(service.received[0].headers["ttl"]) <= 120


def test_the_connection_goes_to_the_checked_address_whatever_the_name_says(service: PushService, signer: vapid.Vapid) -> None:
    phone = service.subscribe()
    good = letter(1, phone, signer)
    pinned = Target(f"http://no-such-name.invalid:81/push/{phone.token}", "no-such-name.invalid", 81, "127.0.0.1", service.port)
    [outcome] = send([Envelope(key=1, target=pinned, body=good.body, label=good.label)])
    assert outcome.status == 201
    assert service.received[0].headers["host"] == "no-such-name.invalid:81"


def test_a_proxy_of_the_environment_is_not_used(service: PushService, signer: vapid.Vapid, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send([letter(1, service.subscribe(), signer)])[0].status == 201


def test_nobody_at_the_door(signer: vapid.Vapid) -> None:
    with loopback.running() as service:
        phone = service.subscribe()
    outcomes = send([letter(number, phone, signer) for number in range(60)], abreast=10)
    assert {judge(outcome) for outcome in outcomes} == {Verdict.RETRY}
    tried = [outcome for outcome in outcomes if outcome.error != sending.UNREACHABLE]
    assert len(tried) < 40, "a service that answers nobody is not asked to the end of the batch"


def test_one_silent_service_does_not_keep_the_others_waiting(service: PushService, signer: vapid.Vapid) -> None:
    with loopback.running() as silent:
        dead = [silent.subscribe([CLOSE]) for _ in range(30)]
        alive = [service.subscribe() for _ in range(30)]
        mixed = [phone for pair in zip(dead, alive, strict=True) for phone in pair]
        outcomes = send([letter(number, phone, signer) for number, phone in enumerate(mixed)], abreast=8)
    assert [outcome.status for outcome in outcomes[1::2]] == [201] * 30


def test_a_big_batch_shares_few_connections(service: PushService, signer: vapid.Vapid) -> None:
    phones = [service.subscribe() for _ in range(300)]
    outcomes = send((letter(number, phone, signer) for number, phone in enumerate(phones)), connections=4)
    assert {outcome.status for outcome in outcomes} == {201}
    assert [outcome.key for outcome in outcomes] == list(range(300))
    assert service.connections <= 4
    assert sorted(message.token for message in service.received) == sorted(phone.token for phone in phones)


@pytest.mark.parametrize("topic", ["x" * 33, "a b", "a\r\nX: y", "\u505c"])
def test_a_topic_no_service_takes_is_refused_at_once(service: PushService, signer: vapid.Vapid, topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        letter(1, service.subscribe(), signer, topic=topic)


def test_a_connection_that_ended_between_two_batches_costs_no_message(service: PushService, signer: vapid.Vapid) -> None:
    phone = service.subscribe([Answer(204), CLOSE, Answer(204), CLOSE, CLOSE, Answer(204)])
    with sending.Sender() as sender:
        assert [sender.send([letter(1, phone, signer)])[0].status for _ in range(2)] == [204, 204]
        assert service.requests(phone) == 3
        [outcome] = sender.send([letter(1, phone, signer)])
        assert judge(outcome) is Verdict.RETRY, "once and not again and again"
        assert service.requests(phone) == 5


def test_answers_without_an_end_do_not_use_the_connections_up(service: PushService, signer: vapid.Vapid) -> None:
    phone = service.subscribe([TRICKLE])
    with sending.Sender(connections=2) as sender:
        assert {sender.send([letter(1, phone, signer)])[0].status for _ in range(4)} == {201}


def test_an_empty_batch() -> None:
    assert send([]) == []


def test_https_with_the_real_name_at_the_pinned_address_and_only_with_a_known_certificate(tmp_path: Path, signer: vapid.Vapid) -> None:
    certificate = gcm.certificate(tmp_path / "fcm.pem", "fcm.googleapis.com")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with loopback.running(tls=tls, name="fcm.googleapis.com") as service:
        phone = service.subscribe()
        checked = guard.check(phone.endpoint, allowed=guard.hosts(), resolve=lambda host, port: ["142.250.1.95"])
        pinned = Target(checked.url, checked.host, checked.port, "127.0.0.1", service.port)
        envelope = Envelope(
            key=1, target=pinned, body=seal(WORDS, p256dh=phone.p256dh, auth=phone.auth),
            label=Label(authorization=signer.authorization(phone.endpoint), ttl_s=60),
        )  # fmt: skip
        [refused] = send([envelope])
        assert "certificate" in refused.error
        assert service.requests(phone) == 0
        assert send([envelope], certificates=certificate) == [Outcome(1, 201)]
        assert service.received[0].claims["aud"] == "https://fcm.googleapis.com"


def test_http2_is_spoken_where_tls_offers_it(tmp_path: Path, signer: vapid.Vapid) -> None:
    certificate = gcm.certificate(tmp_path / "fcm.pem", "fcm.googleapis.com")
    target = ("https://fcm.googleapis.com/fcm/send/x", "fcm.googleapis.com", 443, "127.0.0.1")
    with http2.running(certificate) as port:
        letters = [
            Envelope(number, Target(*target, port), b"x" * 300, Label(authorization=signer.authorization(target[0]), ttl_s=60))
            for number in range(500)
        ]
        outcomes = send(letters, certificates=certificate)
    assert {outcome.status for outcome in outcomes} == {201}, outcomes[:3]
