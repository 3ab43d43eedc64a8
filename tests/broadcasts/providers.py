"""Providers on this machine with their documented rules and errors: Aliyun, Tencent, WeCom, the receiver of a webhook.

What they check is written from the provider's side and shares no code with the product's.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, KEY = "test-id", "test-secret"
LINK = re.compile(r"https?://|www\.|\.(com|cn|net)\b")
MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass
class Provider:
    """`answers` are given first, one a request: a code, or an HTTP status; then what the rules say."""

    kind: str
    url: str = ""
    answers: list[Any] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)
    """Addresses that get a code of their own."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    times: list[float] = field(default_factory=list)
    most: int = 20
    keys: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, address: str) -> list[dict[str, Any]]:
        return [one for one in self.sent if one["to"] == address]


Reply = tuple[int, dict[str, Any], dict[str, str]]


def aliyun(provider: Provider, path: str, headers: dict[str, str], body: bytes) -> Reply:
    if not _aliyun_signed(path, headers, body):
        return 400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature is not matched"}, {}
    if provider.answers and isinstance(code := provider.answers.pop(0), str):
        return (200 if code == "OK" else 400), {"Code": code, "Message": code, "RequestId": "R"}, {}
    asked = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
    if headers["x-acs-action"] == "SendSms":
        numbers, params = asked["PhoneNumbers"].split(","), [json.loads(asked["TemplateParam"])]
    else:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        numbers, params = json.loads(form["PhoneNumberJson"]), json.loads(form["TemplateParamJson"])
        if not len(numbers) == len(params) == len(json.loads(form["SignNameJson"])) <= 100:
            return 400, {"Code": "isv.MOBILE_COUNT_OVER_LIMIT", "Message": ""}, {}
    if code := next((provider.bad[number] for number in numbers if number in provider.bad), _wrong(numbers, params)):
        return 200, {"Code": code, "Message": code, "RequestId": "R"}, {}
    provider.sent += [{"to": number, "said": said, "template": asked["TemplateCode"]} for number, said in zip(numbers, params, strict=True)]
    return 200, {"Code": "OK", "Message": "OK", "BizId": "B", "RequestId": "R"}, {}


def _wrong(numbers: list[str], params: list[dict[str, str]]) -> str | None:
    if any(not re.fullmatch(r"1[3-9]\d{9}", number) for number in numbers):
        return "isv.MOBILE_NUMBER_ILLEGAL"
    for value in (value for said in params for value in said.values()):
        if not 1 <= len(value) <= 35:
            return "isv.PARAM_LENGTH_LIMIT"
        if LINK.search(value) or MOBILE.search(value):
            return "isv.PARAM_NOT_SUPPORT_URL"
    return None


def _aliyun_signed(path: str, headers: dict[str, str], body: bytes) -> bool:
    found = re.fullmatch(r"ACS3-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=([0-9a-f]{64})", headers.get("authorization", ""))
    hashed = hashlib.sha256(body).hexdigest()
    if not found or found[1] != KEY_ID or headers.get("x-acs-content-sha256") != hashed:
        return False
    names = found[2].split(";")
    if not {"host", "x-acs-action", "x-acs-date", "x-acs-version", "x-acs-signature-nonce", "x-acs-content-sha256"} <= set(names):
        return False
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(parse_qsl(urlsplit(path).query)))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    canonical = f"POST\n/\n{query}\n{lines}\n{found[2]}\n{hashed}"
    told = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.compare_digest(hmac.new(KEY.encode(), told.encode(), "sha256").hexdigest(), found[3])


def tencent(provider: Provider, _path: str, headers: dict[str, str], body: bytes) -> Reply:
    def refused(code: str) -> Reply:
        return 200, {"Response": {"Error": {"Code": code, "Message": code}, "RequestId": "R"}}, {}

    if not _tencent_signed(headers, body):
        return refused("AuthFailure.SignatureFailure")
    if provider.answers and isinstance(code := provider.answers.pop(0), str):
        return refused(code)
    asked = json.loads(body)
    if len(asked["PhoneNumberSet"]) > 200:
        return refused("LimitExceeded.PhoneNumberCountLimit")
    rows = []
    for number in asked["PhoneNumberSet"]:
        plain = number.removeprefix("+86")
        code = provider.bad.get(plain) or ("InvalidParameterValue.TemplateParameterLengthLimit" if _too_long(asked) else "Ok")
        rows.append({"PhoneNumber": number, "Code": code, "Message": code, "Fee": int(code == "Ok"), "SerialNo": "1"})
        if code == "Ok":
            provider.sent.append({"to": plain, "said": asked["TemplateParamSet"], "template": asked["TemplateId"]})
    return 200, {"Response": {"SendStatusSet": rows, "RequestId": "R"}}, {}


def _too_long(asked: dict[str, Any]) -> bool:
    return any(not 1 <= len(value) <= 35 or LINK.search(value) for value in asked["TemplateParamSet"])


def _tencent_signed(headers: dict[str, str], body: bytes) -> bool:
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, SignedHeaders=(\S+), Signature=([0-9a-f]{64})",
        headers.get("authorization", ""),
    )
    if not found or found[1] != KEY_ID or abs(int(headers["x-tc-timestamp"]) - time.time()) > 300:
        return False
    values = {**headers, "x-tc-action": headers["x-tc-action"].lower()}
    lines = "".join(f"{name}:{values[name]}\n" for name in found[3].split(";"))
    canonical = f"POST\n/\n\n{lines}\n{found[3]}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{found[2]}/sms/tc3_request"
    told = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    drawn = ("TC3" + KEY).encode()
    for part in (found[2], "sms", "tc3_request"):
        drawn = hmac.new(drawn, part.encode(), "sha256").digest()
    return hmac.compare_digest(hmac.new(drawn, told.encode(), "sha256").hexdigest(), found[4])


def wecom(provider: Provider, path: str, _headers: dict[str, str], body: bytes) -> Reply:
    def said(code: int, words: str) -> Reply:
        return 200, {"errcode": code, "errmsg": words}, {}

    key, asked = dict(parse_qsl(urlsplit(path).query)).get("key", ""), json.loads(body)
    if provider.answers and isinstance(code := provider.answers.pop(0), int):
        return (code, {}, {}) if code in (500, 502, 503) else said(code, "told to")
    if key in provider.bad:
        return said(93000, "invalid webhook url")
    now = time.monotonic()
    provider.times = [at for at in provider.times if now - at < 60]
    if len(provider.times) >= provider.most:
        return said(45009, "api freq out of limit")
    content = asked.get(asked["msgtype"], {})
    if asked["msgtype"] in ("text", "markdown"):
        most = 2048 if asked["msgtype"] == "text" else 4096
        if not 1 <= len(content["content"].encode()) <= most:
            return said(40058, f"{asked['msgtype']}.content exceed max length {most}")
    elif asked["msgtype"] == "image":
        picture = base64.b64decode(content["base64"])
        if len(picture) > 2 * 1024 * 1024 or hashlib.md5(picture).hexdigest() != content["md5"]:
            return said(40058, "invalid image")
    provider.times.append(now)
    provider.sent.append({"to": key, "kind": asked["msgtype"], "said": content.get("content", ""), "picture": content.get("base64", "")})
    return said(0, "ok")


def webhook(provider: Provider, path: str, headers: dict[str, str], body: bytes) -> Reply:
    message, second = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    if key := provider.keys.get(path):
        right = base64.b64encode(hmac.new(key, f"{message}.{second}.".encode() + body, "sha256").digest()).decode()
        if abs(time.time() - int(second)) > 300 or f"v1,{right}" not in headers.get("webhook-signature", "").split(" "):
            return 401, {}, {}
    if provider.answers:
        status, more = provider.answers.pop(0) if isinstance(provider.answers[0], tuple) else (provider.answers.pop(0), {})
        if status >= 300:
            return status, {}, more
    provider.sent.append({"to": path, "said": json.loads(body), "id": message})
    return 204, {}, {}


RULES = {"aliyun": aliyun, "tencent": tencent, "wecom": wecom, "webhook": webhook}


@contextlib.contextmanager
def running(kind: str) -> Iterator[Provider]:
    provider = Provider(kind)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with provider.lock:
                provider.requests += 1
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, said, more = RULES[kind](provider, self.path, headers, body)
            answer = b"" if status == 204 else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**more, "content-length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
