"""The C limit of the cryptography of one message on one core, by `openssl speed`: what is left if everything else cost nothing.

One P-256 key generation, one ECDH, five HMAC-SHA256 (what HKDF comes to) and one AES-128-GCM of the payload; the VAPID signature is
made once and kept. `openssl speed` has no key generation: it is measured by itself, by the library that makes ours.
"""

import subprocess
import time

from cryptography.hazmat.primitives.asymmetric import ec

HMACS, HMAC_BYTES, KEYS = 5, 64, 20_000


def limit(payload: int) -> float:
    """Messages a second."""
    ecdh_s = 1 / float(_row(_speed("ecdhp256"), "+F5:")[3])
    hmac_s = HMAC_BYTES / float(_row(_speed("-hmac", "sha256"), "+F:")[3])
    aes_s = payload / float(_row(_speed("-evp", "aes-128-gcm"), "+F:")[4])
    return 1 / (_key_s() + ecdh_s + HMACS * hmac_s + aes_s)


def _key_s() -> float:
    began = time.process_time()
    for _ in range(KEYS):
        ec.generate_private_key(ec.SECP256R1())
    return (time.process_time() - began) / KEYS


def _speed(*what: str) -> list[str]:
    ran = subprocess.run(["openssl", "speed", "-seconds", "1", "-mr", *what], check=True, capture_output=True, text=True)
    return ran.stdout.splitlines()


def _row(lines: list[str], start: str) -> list[str]:
    """`+F5:3:256:op/s:s`, `+F:9:name:bytes a second for blocks of 16:64:256:1024:…`."""
    return next(line.split(":") for line in lines if line.startswith(start))
