"""pywebpush as its documentation says: `webpush_async`, one shared aiohttp session, the key read once. CERT KEY MANY < subscriptions"""

import asyncio
import ssl
import sys

import aiohttp
import msgspec
from py_vapid import Vapid02
from pywebpush import webpush_async

from tests.bench.measure import measured

ABREAST = 100


async def main(certificate: str, key: str, many: int) -> None:
    given = msgspec.json.decode(sys.stdin.buffer.read())
    vapid, tls = Vapid02.from_file(key), ssl.create_default_context(cafile=certificate)
    waiting = iter(given["subscriptions"][:many])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls, limit=ABREAST)) as session:
        with measured() as done:

            async def send() -> None:
                for subscription in waiting:
                    answer = await webpush_async(
                        subscription, given["payload"], vapid, {"sub": "mailto:bench@lindian.example"}, ttl=3600, aiohttp_session=session
                    )
                    done.messages += answer.status == 201

            await asyncio.gather(*(send() for _ in range(ABREAST)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
