"""SMS by approved templates: the words are fixed, the variables are fitted and looked at before anything is published."""

import math
import re
from collections.abc import Sequence
from string import Template as Words

from app.core.settings import Settings
from app.core.words import Phrase, say, span
from app.core.words import phrase as _
from broadcasts.channels import aliyun, tencent
from broadcasts.channels.gateways import Sms
from broadcasts.channels.protocol import Message, Receiver, Result, Told
from broadcasts.subscribers import audiences
from broadcasts.subscribers.subscribers import short_code
from broadcasts.subscribers.tables import ChannelName
from pwa.push.payload import plain

LONGEST = 35
"""Signs in a variable; the providers refuse more, and none."""
ONE, PART = 70, 67
"""Signs in one SMS, and in each part of a longer one."""
NAMES = {
    "what": _("What is so"), "where": _("Where"), "time": _("Time"), "why": _("Why"), "number": _("Notice number"), "title": _("Title"),
    "code": _("Short code"),
}  # fmt: skip
NUMBERS = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
    r"|(?<!\d)[48]00[- ]?\d{3}[- ]?\d{4}(?!\d)"
)
LINKS = re.compile(r"https?:|www\.|[\w-]+\.(?:com|cn|net|org|top|vip|xyz|link|cc)\b", re.I)
GATEWAYS: dict[str, type[aliyun.Gateway] | type[tencent.Gateway]] = {"aliyun": aliyun.Gateway, "tencent": tencent.Gateway}


class Channel:
    name = ChannelName.sms
    batch = aliyun.BATCH
    pace: tuple[float, float] | None = None

    def __init__(self, sms: Sms, settings: Settings) -> None:
        self.sms, self.provider = sms, f"sms:{sms.provider}"
        self.gateway = GATEWAYS[sms.provider](sms, settings.sms_key_id, settings.sms_key)

    def compose(self, told: Told) -> Message:
        notice, truth = told.notice, told.truth
        when = truth.time or truth.short or span(notice.starts_at, notice.ends_at)
        said = {
            "what": truth.word, "where": audiences.short(notice.places), "time": when, "why": notice.cause,
            "number": "…" if notice.is_written_only else notice.number, "title": notice.title,
        }  # fmt: skip
        kind = truth.state if truth.state in self.sms.templates else "news" if not notice.kind.is_outage else "notice"
        kind = told.template or (kind if kind in self.sms.templates else "notice")
        return self._message(told.key, kind, {**said, "code": "········"}, told.secret)

    def code(self, code: str, address: str) -> Message:  # noqa: ARG002
        return self._message("code", "code", {"code": code}, "")

    def letter(self, key: str, title: str, text: str) -> Message:  # noqa: ARG002
        """Whole or not at all: half an answer is none."""
        words = " ".join(plain(text).split())
        return self._message(key, "answered", {"what": words if len(words) <= LONGEST else ""}, "")

    def check(self, message: Message) -> list[Phrase]:
        if message.template not in self.sms.templates:
            return [_("The operator has no SMS template for this yet.")]
        wrong = [self._wrong(name, value) for name, value in message.values.items()]
        return [why for why in wrong if why]

    def send(self, message: Message, receivers: Sequence[Receiver]) -> list[Result]:
        template = self.sms.templates[message.template]
        values = [(one, [self._value(message, name, one) for name in template.variables]) for one in receivers]
        return self.gateway.send(template, values)

    def _message(self, key: str, kind: str, said: dict[str, str], secret: str) -> Message:
        template = self.sms.templates.get(kind)
        if template is None:
            return Message(key=key, template=kind, text="")
        values = {name: _fitted(said.get(name, "") or self.sms.defaults.get(name, "")) for name in template.variables}
        text = say("[%(sign)s]%(words)s", sign=self.sms.sign, words=Words(template.words).safe_substitute(values))
        return Message(key=key, template=kind, text=text, values=values, secret=secret, sms=parts(text))

    def _value(self, message: Message, name: str, one: Receiver) -> str:
        return short_code(one.salt, message.secret) if name == "code" and message.secret else message.values[name]

    def _wrong(self, name: str, value: str) -> Phrase | None:
        called = NAMES.get(name, name)
        if not 1 <= len(value) <= LONGEST:
            return _("SMS: “%(name)s” is empty. Fill it in, or the SMS cannot go.", name=called)
        if NUMBERS.search(value):
            return _("SMS: “%(name)s” has a telephone number in it, which the operators refuse. Take it out.", name=called)
        if LINKS.search(value):
            return _("SMS: “%(name)s” has a link in it, which the operators refuse. Take it out.", name=called)
        return None


def parts(text: str) -> int:
    return 1 if len(text) <= ONE else math.ceil(len(text) / PART)


def _fitted(value: str) -> str:
    value = " ".join(plain(value).split())
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
