"""The robot of a WeCom group: text or markdown within its bytes, and the poster as a picture where the operator wants it."""

import base64
import hashlib
import re
from collections.abc import Sequence

import msgspec

from app.core.settings import Settings
from app.core.words import Phrase, say
from app.core.words import phrase as _
from broadcasts import texts
from broadcasts.channels import codes, wire
from broadcasts.channels.gateways import Wecom
from broadcasts.channels.protocol import Message, Receiver, Result, Told
from broadcasts.channels.wire import Post
from broadcasts.subscribers.tables import ChannelName
from pwa.push.outcomes import Verdict
from pwa.push.payload import plain

TEXT, MARKDOWN, IMAGE = 2048, 4096, 2 * 1024 * 1024
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


class Channel:
    name = ChannelName.wecom
    batch = 20
    pace: tuple[float, float] | None = (5.0, 15.0)
    """Never more than twenty in any minute, also where five were saved up."""

    def __init__(self, wecom: Wecom, settings: Settings) -> None:
        self.wecom, self.provider, self.settings = wecom, "wecom", settings

    def compose(self, told: Told) -> Message:
        text = texts.group(told.notice, told.truth, None, base_url=told.base_url)
        fitted = _cut(text, TEXT) if self.wecom.form == "text" else _cut(_marked(text), MARKDOWN)
        if not self.wecom.poster or told.notice.is_written_only:
            return Message(key=told.key, text=fitted)
        from broadcasts.print import posters

        poster = posters.of_notice(told.notice, None, base_url=told.base_url)
        return Message(key=told.key, text=fitted, poster=(f"{poster.name}-wecom", posters.data(poster, "a4", further=False)), posts=2)

    def code(self, code: str, address: str) -> Message:  # noqa: ARG002
        return Message(
            key="code", text=say("The code for outage news in this group: %(code)s. If nobody here asked, ignore it.", code=code)
        )

    def check(self, message: Message) -> list[Phrase]:
        most = TEXT if self.wecom.form == "text" else MARKDOWN
        return [_("WeCom: the words are too long for the robot.")] if len(message.text.encode()) > most else []

    def send(self, message: Message, receivers: Sequence[Receiver]) -> list[Result]:
        said = self._post_all(receivers, _json(self._words(message)))
        told = [one for one, result in zip(receivers, said, strict=True) if result.verdict is Verdict.SENT]
        if told and (drawn := self._drawn(message)):
            # The words have arrived: whether the picture does too changes nothing.
            picture = {"base64": base64.b64encode(drawn).decode(), "md5": _md5(drawn)}
            self._post_all(told, _json({"msgtype": "image", "image": picture}))
        return said

    def _drawn(self, message: Message) -> bytes:
        if message.poster is None:
            return b""
        from broadcasts.print import press  # What draws is carried by no worker that only sends words.

        name, data = message.poster
        drawn = press.picture_made_apart(self.settings, name, "poster.typ", data)
        return drawn if len(drawn) <= IMAGE else b""

    def _words(self, message: Message) -> dict[str, object]:
        return {"msgtype": self.wecom.form, self.wecom.form: {"content": message.text}}

    def _post_all(self, receivers: Sequence[Receiver], body: bytes) -> list[Result]:
        posts = [Post(f"{self.wecom.endpoint}?key={one.address}", {"Content-Type": "application/json"}, body) for one in receivers]
        return [_judged(one.key, answer) for one, answer in zip(receivers, wire.send(posts), strict=True)]


def key_in(said: str) -> str | None:
    """The robot's key, from its whole address or alone."""
    found = KEY.search(said.strip().lower())
    return found[0] if found and (found[0] == said.strip().lower() or "qyapi.weixin.qq.com" in said) else None


def _judged(key: int, answer: wire.Answer) -> Result:
    said = wire.said(answer)
    if "errcode" not in said:
        return wire.unread(answer, [key])[0]
    return codes.judge("wecom", key, str(said["errcode"]), str(said.get("errmsg", "")), retry_after=answer.retry_after)


def _marked(text: str) -> str:
    first, _line, rest = text.partition("\n")
    return "\n".join([f"### {_inert(first)}", *(_inert(line) for line in rest.split("\n"))])


def _cut(text: str, most: int) -> str:
    """The last lines (number, check, address) stay whole: what is too long is the words in the middle."""
    lines = plain(text).split("\n")
    while len("\n".join(lines).encode()) > most:
        place = max(range(len(lines)), key=lambda at: len(lines[at]))
        keep = max(0, len(lines[place]) - max(8, (len("\n".join(lines).encode()) - most) // 3 + 2))
        lines[place] = lines[place][:keep] + "…"
    return "\n".join(lines)


def _inert(line: str) -> str:
    return MARKS.sub(r"\\\1", line)


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _json(said: dict[str, object]) -> bytes:
    return msgspec.json.encode(said)
