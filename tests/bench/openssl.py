"""The C limit of the cryptography of one message, from `openssl speed` on one core.

One P-256 key generation, one ECDH, six HMAC-SHA256 (what HKDF comes to) and one AES-128-GCM of the payload; the VAPID signature
is made once and kept. `openssl speed` has no key generation; a signature is taken for it, which is the same multiplication of the
base point and a little more.
"""

import subprocess

HMACS, HMAC_BYTES, AES_BYTES = 6, 64, 256


def limit(payload: int) -> float:
    """Messages a second."""
    curve = _speed("ecdhp256", "ecdsap256")
    sign_s = 1 / float(_row(curve, "+F4:")[3])
    ecdh_s = 1 / float(_row(curve, "+F5:")[3])
    hmac_s = HMAC_BYTES / float(_row(_speed("-hmac", "sha256"), "+F:")[3])
    aes_s = payload / float(_row(_speed("-evp", "aes-128-gcm"), "+F:")[4])
    return 1 / (sign_s + ecdh_s + HMACS * hmac_s + aes_s)


def _speed(*what: str) -> list[str]:
    ran = subprocess.run(["openssl", "speed", "-seconds", "1", "-mr", *what], check=True, capture_output=True, text=True)
    return ran.stdout.splitlines()


def _row(lines: list[str], start: str) -> list[str]:
    """`+F4:3:256:sign/s:verify/s`, `+F5:3:256:op/s:s`, `+F:9:name:bytes a second for blocks of 16:64:256:1024:…`."""
    return next(line.split(":") for line in lines if line.startswith(start))
