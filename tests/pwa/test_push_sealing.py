import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.push import sealing
from pwa.push.sealing import BadKeys, TooLong, seal
from tests.pwa.loopback import Objection, opened, unb64

# RFC 8291, Appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
AUTH = unb64("BTBZMqHH6r4Tts7J_aSIgg")
RECEIVER_PRIVATE = unb64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
RECEIVER_PUBLIC = unb64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
SENDER_PRIVATE = unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
SALT = unb64("DGv6ra1nlYgDCS1FRnbzlw")
SEALED = unb64(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1"
    "CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private(raw: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_the_example_of_the_standard_byte_for_byte() -> None:
    assert seal(PLAIN, p256dh=RECEIVER_PUBLIC, auth=AUTH, salt=SALT, key=private(SENDER_PRIVATE)) == SEALED
    assert opened(SEALED, private(RECEIVER_PRIVATE), AUTH) == PLAIN


PHONE = ec.generate_private_key(ec.SECP256R1())


@settings(deadline=None, max_examples=60)
@given(payload=st.binary(min_size=1, max_size=sealing.LONGEST), auth=st.binary(min_size=16, max_size=16))
def test_what_is_sealed_the_browser_opens(payload: bytes, auth: bytes) -> None:
    body = seal(payload, p256dh=point(PHONE), auth=auth)
    assert len(body) == 86 + len(payload) + 17 <= 4096
    assert opened(body, PHONE, auth) == payload


def test_each_message_has_its_own_key_and_salt() -> None:
    one, two = (seal(b"the same", p256dh=point(PHONE), auth=AUTH) for _ in range(2))
    assert one[:16] != two[:16]
    assert one[21:86] != two[21:86]


def test_nobody_else_opens_it() -> None:
    body = seal(b"for one phone", p256dh=point(PHONE), auth=AUTH)
    with pytest.raises(Objection, match="does not decrypt"):
        opened(body, ec.generate_private_key(ec.SECP256R1()), AUTH)
    with pytest.raises(Objection, match="does not decrypt"):
        opened(body, PHONE, os.urandom(16))
    with pytest.raises(Objection, match="does not decrypt"):
        opened(body[:-1] + bytes([body[-1] ^ 1]), PHONE, AUTH)


def test_too_long_is_refused_and_the_longest_fits() -> None:
    assert len(seal(b"x" * 3800, p256dh=point(PHONE), auth=AUTH)) < 4096
    with pytest.raises(TooLong):
        seal(b"x" * 3801, p256dh=point(PHONE), auth=AUTH)


def test_an_empty_message_is_refused_because_chromium_throws_it_away() -> None:
    with pytest.raises(ValueError, match="empty"):
        seal(b"", p256dh=point(PHONE), auth=AUTH)


GOOD = point(PHONE)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        (b"", AUTH), (GOOD[:-1], AUTH), (GOOD + b"\0", AUTH), (b"\x02" + GOOD[1:33], AUTH), (b"\x05" + GOOD[1:], AUTH),
        (b"\x04" + b"\0" * 64, AUTH), (b"\x04" + b"\xff" * 64, AUTH), (GOOD[:64] + bytes([GOOD[64] ^ 1]), AUTH), (b"\0" * 65, AUTH),
        (GOOD, b""), (GOOD, AUTH[:-1]), (GOOD, AUTH + b"\0"),
    ],
    ids=[
        "no key", "a key too short", "a key too long", "compressed", "no such form", "zeros", "ones", "off the curve", "no point",
        "no secret", "a secret too short", "a secret too long",
    ],
)  # fmt: skip
def test_keys_that_no_browser_makes_are_refused(p256dh: bytes, auth: bytes) -> None:
    with pytest.raises(BadKeys):
        seal(b"x", p256dh=p256dh, auth=auth)
    with pytest.raises(BadKeys):
        sealing.public_key(p256dh, auth)
