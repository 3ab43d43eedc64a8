"""What is kept of a person: sealed, so that only this house reads it, and marked, so that it is found again without being read."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from app.core.database import Database

KEY = "seals"


class Seals:
    """Keys drawn from the secret of the installation. Who loses the secret loses what is sealed."""

    def __init__(self, secret: str) -> None:
        self._marking = hmac.new(secret.encode(), b"marking", hashlib.sha256).digest()
        self._sealing = Fernet(base64.urlsafe_b64encode(hmac.new(secret.encode(), b"sealing", hashlib.sha256).digest()))

    def mark(self, said: str) -> str:
        """The same for the same words, and nobody without the secret can guess them from it."""
        return hmac.new(self._marking, said.encode(), hashlib.sha256).hexdigest()

    def close(self, said: str) -> str:
        return self._sealing.encrypt(said.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; empty where it was sealed with another secret."""
        try:
            return self._sealing.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""


def connect(database: Database, secret: str) -> None:
    """Let this database's sessions seal and open."""
    database.info[KEY] = Seals(secret)


def of(session: Session) -> Seals:
    seals: Seals = session.info[KEY]
    return seals
