"""Everything an operator may set, read once from the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`LINDIAN_*` of the environment. Each field is described in docs/settings.md."""

    home: Path
    database_url: str
    base_url: str
    secret: str
    contact: str
    files: str
    push_hosts: tuple[str, ...] = ()
    push_loopback: bool = False
    gateways: Path = Path("gateways.toml")
    sms_key_id: str = ""
    sms_key: str = ""
    smtp_password: str = ""
    worker_off: bool = False
    log_level: str = "INFO"
    sweep: str = "* * * * *"
    network: str = ""
    valhalla: str = ""
    tiles: str = ""
    max_body: int = 12_000_000

    @property
    def vapid_key(self) -> Path:
        return self.home / "vapid.pem"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; make the home folder and its secret at first use.

    Raises ValueError where two settings contradict each other.
    """
    home = Path(environ.get("LINDIAN_HOME", "var")).resolve()
    home.mkdir(parents=True, exist_ok=True)
    port = environ.get("PORT", "8000")
    settings = Settings(
        home=home,
        database_url=_driver(environ.get("LINDIAN_DATABASE_URL") or f"sqlite:///{home}/lindian.db"),
        base_url=environ.get("LINDIAN_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        secret=environ.get("LINDIAN_SECRET") or _kept_secret(home / "secret"),
        contact=environ.get("LINDIAN_CONTACT", "mailto:operator@lindian.invalid"),
        files=environ.get("LINDIAN_FILES") or f"file://{home}",
        push_hosts=tuple(environ.get("LINDIAN_PUSH_HOSTS", "").replace(",", " ").split()),
        push_loopback=environ.get("LINDIAN_PUSH_LOOPBACK", "") == "1",
        gateways=Path(environ.get("LINDIAN_GATEWAYS") or home / "gateways.toml"),
        sms_key_id=environ.get("LINDIAN_SMS_KEY_ID", ""),
        sms_key=environ.get("LINDIAN_SMS_KEY", ""),
        smtp_password=environ.get("LINDIAN_SMTP_PASSWORD", ""),
        worker_off=environ.get("LINDIAN_WORKER_OFF", "") == "1",
        log_level=environ.get("LINDIAN_LOG", "INFO").upper(),
        sweep=environ.get("LINDIAN_SWEEP", "* * * * *"),
        network=environ.get("LINDIAN_NETWORK", "").strip(),
        valhalla=_web_address(environ.get("LINDIAN_VALHALLA", "").strip()),
        tiles=_tiles(environ.get("LINDIAN_TILES", "").strip()),
    )
    if settings.push_loopback and urlsplit(settings.base_url).hostname not in LOOPBACK:
        raise ValueError("LINDIAN_PUSH_LOOPBACK is for tests: it needs a LINDIAN_BASE_URL on this machine.")
    return settings


def _web_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("LINDIAN_VALHALLA is the address of a server: it begins with http:// or https://.")
    return url.rstrip("/")


def _tiles(address: str) -> str:
    """Its host goes into a header of the editor's page: nothing but an address may stand here."""
    parts = urlsplit(address)
    host = re.fullmatch(r"(\{s\}\.)?[A-Za-z0-9.-]+(:\d+)?", parts.netloc)
    if address and not (parts.scheme in ("http", "https") and host and all(sign in address for sign in ("{z}", "{x}", "{y}"))):
        raise ValueError("LINDIAN_TILES is the address of map tiles, such as https://tiles.example.org/{z}/{x}/{y}.png.")
    return address


def _driver(url: str) -> str:
    """Operators write postgresql://; SQLAlchemy wants to hear which driver."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def _kept_secret(path: Path) -> str:
    """The secret of this installation: made once, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()
