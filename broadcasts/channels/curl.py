"""curl at work for wire.py."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pycurl

from app.core.settings import LOOPBACK
from broadcasts.channels.wire import Answer, Post
from pwa.push.outcomes import seconds_to_wait

ABREAST, ENOUGH = 20, 65_536


def send(posts: Sequence[Post], *, timeout_ms: int) -> list[Answer]:
    multi, answers = pycurl.CurlMulti(), dict[int, Answer]()
    waiting: Iterator[tuple[int, Post]] = iter(enumerate(posts))
    busy: dict[pycurl.Curl, tuple[int, _Call]] = {}
    try:
        while True:
            while len(busy) < ABREAST and (following := next(waiting, None)):
                call = _Call(following[1], timeout_ms)
                busy[call.curl] = (following[0], call)
                multi.add_handle(call.curl)
            if not busy:
                return [answers[place] for place in sorted(answers)]
            multi.perform()
            _collect(multi, busy, answers)
            multi.select(0.2)
    finally:
        multi.close()


def _collect(multi: pycurl.CurlMulti, busy: dict[pycurl.Curl, "tuple[int, _Call]"], answers: dict[int, Answer]) -> None:
    _left, done, failed = multi.info_read(ABREAST)
    for curl, error in [*((one, "") for one in done), *((one, words) for one, _number, words in failed)]:
        place, call = busy.pop(curl)
        answers[place] = call.answer(error)
        multi.remove_handle(curl)
        curl.close()


class _Call:
    def __init__(self, post: Post, timeout_ms: int) -> None:
        self.body, self.retry_after = BytesIO(), ""
        self.curl = curl = pycurl.Curl()
        secure = post.url.startswith("https://")
        if not secure and not any(post.url.startswith(f"http://{host}:") for host in LOOPBACK):
            raise ValueError(f"only https: {post.url!r}")
        curl.setopt(pycurl.URL, post.url)
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTPS if secure else pycurl.PROTO_HTTP)
        if where := post.target:
            address = f"[{where.address}]" if ":" in where.address else where.address
            curl.setopt(pycurl.CONNECT_TO, [f"{where.host}:{where.port}:{address}:{where.door}"])
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, timeout_ms // 2)
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.POSTFIELDS, post.body)
        curl.setopt(pycurl.HTTPHEADER, [*(f"{name}: {value}" for name, value in post.headers.items()), "Expect:"])
        curl.setopt(pycurl.HEADERFUNCTION, self._hear)
        curl.setopt(pycurl.WRITEFUNCTION, self._keep)

    def answer(self, error: str) -> Answer:
        said = self.curl.getinfo(pycurl.RESPONSE_CODE)
        if said < 200:
            return Answer(None, error=error or "no answer")
        return Answer(said, self.body.getvalue(), error, seconds_to_wait(self.retry_after) if self.retry_after else None)

    def _hear(self, line: bytes) -> None:
        if line[:12].lower() == b"retry-after:":
            self.retry_after = line[12:].decode("latin-1").strip()

    def _keep(self, part: bytes) -> int:
        self.body.write(part)
        return len(part) if self.body.tell() <= ENOUGH else 0
