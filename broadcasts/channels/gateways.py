"""Which channels this operator has: gateways.toml says how they are reached, the environment has their secrets.

What is not there is not offered.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from app.core.settings import Settings

SAMPLE = Path(__file__).with_name("sample.toml")
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"


class Template(msgspec.Struct, frozen=True):
    """A text that the provider has approved; `${where}` in it stands for a variable of that name."""

    id: str
    words: str
    variables: list[str]
    """In the provider's order: Tencent knows them by place, Aliyun by name."""


class Sms(msgspec.Struct, frozen=True, kw_only=True):
    provider: Literal["aliyun", "tencent"]
    sign: str
    price: float
    """Yuan for one SMS of up to 70 signs."""
    templates: dict[str, Template]
    """`code` confirms a number; `notice` is said of anything; `restored`, `cancelled`, `news` may have words of their own."""
    defaults: dict[str, str] = {}
    """What a variable says where the notice has nothing: an empty one is refused."""
    app: str = ""
    region: str = "ap-guangzhou"
    endpoint: str = ""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    sender: str
    port: int = 587
    user: str = ""
    security: Literal["starttls", "tls", "none"] = "starttls"


class Wecom(msgspec.Struct, frozen=True, kw_only=True):
    form: Literal["markdown", "text"] = "markdown"
    poster: bool = False
    endpoint: str = WECOM


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    offered: bool = True


class Gateways(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sms: Sms | None = None
    email: Mail | None = None
    wecom: Wecom | None = None
    webhook: Webhook | None = None


def sample() -> Gateways:
    """As an operator may have it: to show what would be sent, never to send."""
    return _read(SAMPLE, 0)


def of(settings: Settings) -> Gateways:
    """Read anew when the file changes. Raises ValueError for a file that cannot be understood."""
    path = settings.gateways
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Gateways()


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Gateways:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Gateways)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong
