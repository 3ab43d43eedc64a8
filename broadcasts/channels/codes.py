"""What a provider's error code means: from codes.toml."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from broadcasts.channels.protocol import Result
from pwa.push.outcomes import Verdict

VERDICTS = {"alarm": Verdict.ALARM, "sent": Verdict.SENT, "gone": Verdict.GONE, "retry": Verdict.RETRY}


def judge(provider: str, key: int, code: str, words: str = "", *, retry_after: int | None = None) -> Result:
    """What is named nowhere has failed, and is kept as it was said."""
    known = _known()[provider]
    verdict = next((found for name, found in VERDICTS.items() if _named(code, known[name])), Verdict.FAILED)
    wait = next((seconds for name, seconds in known["wait"].items() if _named(code, [name])), None)
    return Result(key, verdict, f"{code} {words}".strip()[:200], retry_after or wait)


def alone(provider: str, code: str) -> bool:
    """Whether one receiver of a batch may have spoilt it for all."""
    return _named(code, _known()[provider]["alone"])


def _named(code: str, names: Iterable[str]) -> bool:
    return any(code.startswith(name[:-1]) if name.endswith("*") else code == name for name in names)


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads(files("broadcasts.channels").joinpath("codes.toml").read_text(encoding="utf-8"))
