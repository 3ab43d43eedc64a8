import base64
import json
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.core import clock
from pwa.push import vapid
from tests.pwa.loopback import Objection, proven, unb64

SUBJECT = "mailto:duty@lindian.example"
FCM = "https://fcm.googleapis.com/fcm/send/abc"


def claims(header: str) -> dict[str, object]:
    return dict(json.loads(unb64(header.split("t=")[1].split(".")[1])))


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    first = vapid.opened(path, subject=SUBJECT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert vapid.opened(path, subject=SUBJECT).public_key == first.public_key
    assert len(unb64(first.public_key)) == 65
    assert [found.name for found in tmp_path.iterdir()] == ["vapid.pem"]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        keys.append(vapid.opened(tmp_path / "vapid.pem", subject=SUBJECT).public_key)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_push_service_accepts_the_header(tmp_path: Path) -> None:
    signer = vapid.opened(tmp_path / "vapid.pem", subject=SUBJECT)
    said = proven(signer.authorization(FCM), "https://fcm.googleapis.com", signer.public_key)
    assert said["sub"] == SUBJECT
    with pytest.raises(Objection, match="aud"):
        proven(signer.authorization(FCM), "https://web.push.apple.com", None)


def test_a_tampered_header_is_not_accepted(tmp_path: Path) -> None:
    header = vapid.opened(tmp_path / "vapid.pem", subject=SUBJECT).authorization(FCM)
    token = header.split("t=")[1].split(",")[0]
    forged = base64.urlsafe_b64encode(json.dumps({**claims(header), "sub": "mailto:a@b.c"}).encode()).decode().rstrip("=")
    with pytest.raises(Objection, match="signature"):
        proven(header.replace(token.split(".")[1], forged), "https://fcm.googleapis.com", None)


@pytest.mark.parametrize(
    ("endpoint", "audience"),
    [
        (FCM, "https://fcm.googleapis.com"),
        ("https://fcm.googleapis.com:443/x", "https://fcm.googleapis.com"),
        ("https://push.example.org:8443/x?y=z", "https://push.example.org:8443"),
        ("http://127.0.0.1:8123/push/x", "http://127.0.0.1:8123"),
    ],
)
def test_the_audience_is_the_origin_with_its_port(tmp_path: Path, endpoint: str, audience: str) -> None:
    assert claims(vapid.opened(tmp_path / "vapid.pem", subject=SUBJECT).authorization(endpoint))["aud"] == audience


def test_a_header_serves_its_origin_for_hours_and_never_too_long(tmp_path: Path) -> None:
    signer = vapid.opened(tmp_path / "vapid.pem", subject=SUBJECT)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        first = signer.authorization(FCM)
        assert signer.authorization("https://fcm.googleapis.com/wp/another") == first
        assert signer.authorization("https://web.push.apple.com/x") != first
        traveller.shift(timedelta(hours=10))
        assert signer.authorization(FCM) == first
        traveller.shift(timedelta(hours=1, minutes=1))
        second = signer.authorization(FCM)
        assert second != first
        assert claims(second)["exp"] <= clock.now().timestamp() + 12 * 3600
        traveller.shift(timedelta(days=-2))  # a clock set back must not leave a header that is too long
        assert claims(signer.authorization(FCM))["exp"] <= clock.now().timestamp() + 12 * 3600


def test_an_https_subject_is_kept_as_it_is(tmp_path: Path) -> None:
    signer = vapid.opened(tmp_path / "vapid.pem", subject="https://lindian.example/contact")
    assert claims(signer.authorization(FCM))["sub"] == "https://lindian.example/contact"


@pytest.mark.parametrize("subject", ["", "duty@lindian.example", "mailto:", "mailto:a b@c.d", "http://x.example", "mailto:<a@b.c>"])
def test_a_subject_no_service_would_take_is_refused(tmp_path: Path, subject: str) -> None:
    with pytest.raises(ValueError, match="LINDIAN_CONTACT"):
        vapid.opened(tmp_path / "vapid.pem", subject=subject)


def test_a_file_with_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        (tmp_path / "other.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(ValueError, match="P-256"):
            vapid.opened(tmp_path / "other.pem", subject=SUBJECT)
