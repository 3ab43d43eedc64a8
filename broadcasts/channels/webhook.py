"""A signed webhook for machines: Standard Webhooks around words shaped like CAP's.

The address is a stranger's word and is guarded like a push address.
"""

import base64
import hmac
from collections.abc import Sequence
from typing import Any

import msgspec

from app.core import clock, tokens
from app.core.settings import Settings
from app.core.words import Phrase, iso
from broadcasts import texts
from broadcasts.channels import wire
from broadcasts.channels.gateways import Webhook
from broadcasts.channels.protocol import Message, Receiver, Result, Told
from broadcasts.channels.wire import Post
from broadcasts.feeds import weighing
from broadcasts.kinds import KINDS
from broadcasts.subscribers import audiences
from broadcasts.subscribers.tables import ChannelName
from pwa.push import guard
from pwa.push.outcomes import Outcome, Verdict, judge
from pwa.push.payload import plain

PREFIX = "whsec_"


class Channel:
    name = ChannelName.webhook
    provider = ""
    batch = 50
    pace: tuple[float, float] | None = None

    def __init__(self, _webhook: Webhook, settings: Settings) -> None:
        self.loopback, self.resolve = settings.push_loopback, guard.remembered()
        self.secret = settings.secret

    def compose(self, told: Told) -> Message:
        body = msgspec.json.encode({"type": f"notice.{told.truth.named}", "timestamp": iso(told.at), "data": _alert(told)})
        return Message(key=told.key, text=msgspec.json.format(body).decode(), body=body)

    def code(self, code: str, address: str) -> Message:
        said = {"type": "subscription.confirm", "timestamp": iso(clock.now()), "data": {"code": code, "web": address}}
        body = msgspec.json.encode(said)
        return Message(key=f"confirm-{tokens.digest(address)[:24]}", text=body.decode(), body=body)

    def check(self, _message: Message) -> list[Phrase]:
        return []

    def send(self, message: Message, receivers: Sequence[Receiver]) -> list[Result]:
        posts: list[tuple[Receiver, Post]] = []
        results: dict[int, Result] = {}
        for one in receivers:
            try:
                posts.append((one, self._post(message, one)))
            except guard.Unresolved:
                results[one.key] = Result(one.key, Verdict.RETRY, "the name has no address")
            except guard.NotPushService as refused:
                results[one.key] = Result(one.key, Verdict.FAILED, str(refused)[:200])
        for (one, _post), answer in zip(posts, wire.send([post for _, post in posts]), strict=True):
            results[one.key] = _judged(one.key, answer)
        return [results[one.key] for one in receivers]

    def _post(self, message: Message, one: Receiver) -> Post:
        target = checked(one.address, loopback=self.loopback, resolve=self.resolve)
        headers = signed(f"msg_{tokens.digest(f'{message.key}:{one.salt}')[:32]}", message.body, key=key(self.secret, one.salt))
        return Post(target.url, {**headers, "Content-Type": "application/json", "User-Agent": "Lindian"}, message.body, target)


def checked(address: str, *, loopback: bool, resolve: guard.Resolve | None = None) -> guard.Target:
    """Any public https address. Raises NotPushService for what is none, or leads into a private network."""
    found = guard.PUBLIC.fullmatch(address)
    return guard.check(address, allowed=(found["host"].lower(),) if found else (), loopback=loopback, resolve=resolve)


def key(secret: str, salt: str) -> bytes:
    """The receiver's own signing key; their page shows it as `whsec_…`."""
    return bytes.fromhex(tokens.derive(secret, "webhook 1", salt)) + bytes.fromhex(tokens.derive(secret, "webhook 2", salt))[:12]


def shown(secret: str, salt: str) -> str:
    return PREFIX + base64.b64encode(key(secret, salt)).decode()


def signed(message_id: str, body: bytes, *, key: bytes) -> dict[str, str]:
    second = str(int(clock.now().timestamp()))
    digest = hmac.digest(key, f"{message_id}.{second}.".encode() + body, "sha256")
    return {"webhook-id": message_id, "webhook-timestamp": second, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def _judged(one: int, answer: wire.Answer) -> Result:
    """By Standard Webhooks only 410 ends it; what is refused otherwise may be mended there."""
    if answer.status == 410:
        return Result(one, Verdict.GONE, "410")
    if answer.status in (401, 403, 404):
        return Result(one, Verdict.RETRY, str(answer.status), answer.retry_after)
    verdict = judge(Outcome(one, answer.status, answer.error, answer.retry_after))
    return Result(one, verdict, str(answer.status or answer.error)[:200], answer.retry_after)


def _alert(told: Told) -> dict[str, Any]:
    """As CAP names things."""
    notice, weight = told.notice, weighing.weighed(told.notice)
    over = notice.state in weighing.OFF
    return {
        "identifier": f"{notice.number}/{notice.version}", "number": notice.number, "version": notice.version,
        "status": "Exercise" if notice.exercise else "Actual",
        "msgType": "Cancel" if over else "Update" if notice.version > 1 else "Alert", "event": str(KINDS[notice.kind].name),
        "kind": notice.kind,
        "state": told.truth.named, "responseType": weight.response, "urgency": weight.urgency, "severity": weight.severity,
        "certainty": weight.certainty, "onset": iso(notice.starts_at) if notice.starts_at else None,
        "expires": iso(notice.ends_at) if notice.ends_at else None, "headline": plain(texts.headline(notice, told.truth)),
        "description": plain(texts.group(notice, told.truth, None, base_url=told.base_url)),
        "cause": plain(notice.cause), "line": plain(notice.line),
        "area": [
            {"estate": plain(place.estate.name), "building": plain(place.building.name) if place.building else None}
            for place in notice.places
        ],
        "areaDesc": [plain(one) for one in audiences.lines(notice.places)], "web": texts.address(told.base_url, notice),
    }  # fmt: skip
