"""SMS through Tencent Cloud: signature TC3-HMAC-SHA256, SendSms to up to two hundred numbers that are told the same."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app.core import clock
from broadcasts.channels import codes, wire
from broadcasts.channels.gateways import Sms, Template
from broadcasts.channels.protocol import Receiver, Result
from broadcasts.channels.wire import Post

ENDPOINT, VERSION = "https://sms.tencentcloudapi.com", "2021-01-11"
TOGETHER = 200
JSON = "application/json; charset=utf-8"
Values = Sequence[tuple[Receiver, list[str]]]


class Gateway:
    def __init__(self, sms: Sms, key_id: str, key: str) -> None:
        self.sms, self.key_id, self.key = sms, key_id, key

    def send(self, template: Template, values: Values) -> list[Result]:
        """One request for all who are told the same words; several at once."""
        alike: defaultdict[tuple[str, ...], list[Receiver]] = defaultdict(list)
        for one, filled in values:
            alike[tuple(filled)].append(one)
        groups = [(list(filled), ones[at : at + TOGETHER]) for filled, ones in alike.items() for at in range(0, len(ones), TOGETHER)]
        answers = wire.send([self._post(template, filled, ones) for filled, ones in groups])
        return [result for (_, ones), answer in zip(groups, answers, strict=True) for result in _judged(answer, ones)]

    def _post(self, template: Template, filled: list[str], ones: Sequence[Receiver]) -> Post:
        body = msgspec.json.encode({
            "PhoneNumberSet": [f"+86{one.address}" for one in ones], "SmsSdkAppId": self.sms.app, "SignName": self.sms.sign,
            "TemplateId": template.id, "TemplateParamSet": filled,
        })  # fmt: skip
        base = self.sms.endpoint or ENDPOINT
        host = urlsplit(base).netloc
        signed = sign(self.key_id, self.key, service="sms", host=host, action="SendSms", body=body, at=clock.now())
        return Post(f"{base}/", {**signed, "X-TC-Version": VERSION, "X-TC-Region": self.sms.region}, body)


def sign(key_id: str, key: str, *, service: str, host: str, action: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a POST to `/`, with Authorization, as Tencent Cloud's API 3.0 has it."""
    second, day = int(at.timestamp()), at.astimezone(UTC).strftime("%Y-%m-%d")
    names, scope = "content-type;host;x-tc-action", f"{day}/{service}/tc3_request"
    lines = f"content-type:{JSON}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    canonical = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    drawn = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        drawn = hmac.digest(drawn, part.encode(), "sha256")
    signature = hmac.digest(drawn, f"TC3-HMAC-SHA256\n{second}\n{scope}\n{digest}".encode(), "sha256").hex()
    said = f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {"Authorization": said, "Content-Type": JSON, "Host": host, "X-TC-Action": action, "X-TC-Timestamp": str(second)}


def _judged(answer: wire.Answer, ones: Sequence[Receiver]) -> list[Result]:
    """Each number has an answer of its own, unless the whole request was refused."""
    said = wire.said(answer).get("Response")
    match said:
        case {"Error": {"Code": code, **rest}}:
            return [codes.judge("tencent", one.key, str(code), str(rest.get("Message", ""))) for one in ones]
        case {"SendStatusSet": [*rows]}:
            became = {
                str(row["PhoneNumber"]).removeprefix("+86"): row
                for row in rows
                if isinstance(row, dict) and {"PhoneNumber", "Code"} <= row.keys()
            }
            return [_of_one(answer, one, became.get(one.address)) for one in ones]
    return wire.unread(answer, [one.key for one in ones])


def _of_one(answer: wire.Answer, one: Receiver, row: dict[str, Any] | None) -> Result:
    if row is None:
        return wire.unread(answer, [one.key])[0]
    return codes.judge("tencent", one.key, str(row["Code"]), str(row.get("Message", "")))
