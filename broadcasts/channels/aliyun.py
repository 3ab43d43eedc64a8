"""SMS through Aliyun: signature ACS3-HMAC-SHA256, SendSms for one number, SendBatchSms for up to a hundred, each with values of its own."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import msgspec

from app.core import clock
from broadcasts.channels import codes, wire
from broadcasts.channels.gateways import Sms, Template
from broadcasts.channels.protocol import Receiver, Result
from broadcasts.channels.wire import Post

ENDPOINT, VERSION = "https://dysmsapi.aliyuncs.com", "2017-05-25"
BATCH = 100
FORM = "application/x-www-form-urlencoded"
Values = Sequence[tuple[Receiver, list[str]]]


class Gateway:
    def __init__(self, sms: Sms, key_id: str, key: str) -> None:
        self.sms, self.key_id, self.key = sms, key_id, key

    def send(self, template: Template, values: Values) -> list[Result]:
        """What the provider says holds for all of a batch; where one may have spoilt it, each is tried alone."""
        answer, code, words = self._ask(template, values)
        if code is None:
            return wire.unread(answer, [one.key for one, _ in values])
        if len(values) > 1 and codes.alone("aliyun", code):
            return [result for each in values for result in self.send(template, [each])]
        return [codes.judge("aliyun", one.key, code, words, retry_after=answer.retry_after) for one, _ in values]

    def _ask(self, template: Template, values: Values) -> tuple[wire.Answer, str | None, str]:
        [answer] = wire.send([self._post(template, values)])
        said = wire.said(answer)
        code = said.get("Code")
        return answer, str(code) if code else None, str(said.get("Message", "")) if code else ""

    def _post(self, template: Template, values: Values) -> Post:
        named = [dict(zip(template.variables, filled, strict=True)) for _, filled in values]
        if len(values) == 1:
            asked = {"PhoneNumbers": values[0][0].address, "SignName": self.sms.sign, "TemplateParam": _json(named[0])}
            return self._signed("SendSms", {"TemplateCode": template.id, **asked}, {})
        form = {
            "PhoneNumberJson": _json([one.address for one, _ in values]),
            "SignNameJson": _json([self.sms.sign] * len(values)),
            "TemplateParamJson": _json(named),
        }
        return self._signed("SendBatchSms", {"TemplateCode": template.id}, form)

    def _signed(self, action: str, query: Mapping[str, str], form: Mapping[str, str]) -> Post:
        base, body = self.sms.endpoint or ENDPOINT, _query(form).encode()
        headers = {"host": urlsplit(base).netloc, **({"content-type": FORM} if form else {})}
        signed = sign(
            self.key_id, self.key, action=action, version=VERSION, query=query, headers=headers, body=body,
            at=clock.now(), nonce=secrets.token_hex(16),
        )  # fmt: skip
        return Post(f"{base}/?{_query(query)}", signed, body)


def sign(
    key_id: str, key: str, *, action: str, version: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes,
    at: datetime, nonce: str,
) -> dict[str, str]:  # fmt: skip
    """All headers of a POST to `/`, with Authorization, as Aliyun's V3 signature has it."""
    hashed = hashlib.sha256(body).hexdigest()
    all_headers = {
        **headers, "x-acs-action": action, "x-acs-content-sha256": hashed, "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce, "x-acs-version": version,
    }  # fmt: skip
    names = sorted(all_headers)
    lines = "".join(f"{name}:{all_headers[name].strip()}\n" for name in names)
    canonical = "\n".join(["POST", "/", _query(query), lines, ";".join(names), hashed])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(key.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256).hexdigest()
    said = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={';'.join(names)},Signature={signature}"
    return {**all_headers, "Authorization": said}


def _query(values: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(values.items()))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
