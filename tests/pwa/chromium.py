"""A real Chromium that can be pushed to, on this machine alone.

    with gcm_phone(playwright, tmp_path, site=product.url) as phone:
        phone.page.goto(product.url)
        device = phone.subscribe(signer.public_key)              # a true pushManager.subscribe()
        send([Envelope(target=phone.target(device), ...)], certificates=phone.certificates)
        phone.wait_for("Push message received")                  # Chromium decrypted it with its own key
        assert phone.notifications()[0]["title"] == ...

A message goes: the product, over TLS as https://jmt17.google.com pinned to loopback.py (which verifies VAPID), from there the
sealed body over Chromium's own message connection (gcm.py), and Chromium decrypts it and wakes the service worker.
"""

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

from app.core import assets
from pwa.manifest import manifest
from pwa.push import guard
from pwa.push.guard import Target
from tests.pwa import gcm, loopback
from tests.pwa.gcm import Gcm
from tests.pwa.loopback import PushService, unb64

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
HOST = "jmt17.google.com"
"""Where a Chromium that is not Google's says it can be reached. Google Chrome says fcm.googleapis.com."""

SUBSCRIBE = """async (applicationServerKey) => {
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  await old?.unsubscribe();
  return (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON();
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, lang, data, silent, icon }) => ({ title, body, tag, lang, data, silent, icon }))"""


@dataclass(frozen=True)
class Device:
    """What the browser gave out. Its private key stays inside it."""

    endpoint: str
    p256dh: bytes
    auth: bytes

    @property
    def token(self) -> str:
        return self.endpoint.rpartition("/")[2]


@dataclass
class Phone:
    context: BrowserContext
    page: Page
    gcm: Gcm
    service: PushService
    certificates: Path
    cdp: CDPSession
    events: list[dict[str, Any]] = field(default_factory=list)

    def subscribe(self, application_server_key: str) -> Device:
        """For the site that `page` shows. The service lets only the owner of this key send."""
        said = self.page.evaluate(SUBSCRIBE, application_server_key)
        device = Device(said["endpoint"], unb64(said["keys"]["p256dh"]), unb64(said["keys"]["auth"]))
        self.answer_for(device, self.service)
        return device

    def answer_for(self, device: Device, service: PushService) -> str:
        """Let `service` hand on what comes for the device. The address there, for a product that runs with LINDIAN_PUSH_LOOPBACK."""
        key = self.gcm.registrations[device.token].sender
        return service.adopt(
            token=device.token, p256dh=device.p256dh, auth=device.auth, application_server_key=key,
            forward=lambda body: self.gcm.deliver(device.token, body),
        ).endpoint  # fmt: skip

    def target(self, device: Device) -> Target:
        """Checked as the product does it, with a public address; then led to our service."""
        checked = guard.check(device.endpoint, allowed=guard.hosts(), resolve=lambda host, port: ["142.250.1.95"])
        return Target(checked.url, checked.host, checked.port, "127.0.0.1", self.service.port)

    def push_event(self, data: str) -> None:
        """A push event with these plain words by the debugger: for what no sealed message can be (no data at all: "")."""
        known: list[dict[str, Any]] = []
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
        self.cdp.send("ServiceWorker.enable")
        end = time.monotonic() + 5
        while not known and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        worker = known[-1]
        origin = worker["scopeURL"].removesuffix("/")
        self.cdp.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": worker["registrationId"], "data": data})

    def wait_for(self, event: str, count: int = 1, *, seconds: float = 10) -> list[dict[str, str]]:
        """Chromium's own record: "Push message received", "Push event dispatched", "Push event completed", "Notification displayed"."""
        end = time.monotonic() + seconds
        while len(found := self.told(event)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{event!r} {len(found)} of {count}; {[one['eventName'] for one in self.events]}")
            self.page.wait_for_timeout(50)
        return found

    def told(self, event: str) -> list[dict[str, str]]:
        return [{item["key"]: item["value"] for item in one["eventMetadata"]} for one in self.events if one["eventName"] == event]

    def notifications(self) -> list[dict[str, Any]]:
        """What is shown. Ask after "Notification displayed": Chromium forgets one that is being drawn while it is asked."""
        return list(self.page.evaluate(SHOWN))


@contextmanager
def gcm_phone(playwright: Playwright, folder: Path, *, site: str, **more: Any) -> Iterator[Phone]:
    """`site` is the origin that may notify. `more` goes to Playwright (viewport, locale …)."""
    certificates = gcm.certificate(folder / f"{HOST}.pem", HOST)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificates)
    with gcm.running(folder) as google, loopback.running(tls=tls, name=HOST) as service:
        context = playwright.chromium.launch_persistent_context(
            str(folder / "profile"), executable_path=CHROMIUM, args=[*SWITCHES, *google.switches()], **more
        )
        try:
            context.grant_permissions(["notifications"], origin=site)
            page = context.pages[0]
            phone = Phone(context, page, google, service, certificates, context.new_cdp_session(page))
            _record(phone)
            yield phone
        finally:
            context.close()


def _record(phone: Phone) -> None:
    phone.cdp.on("BackgroundService.backgroundServiceEventReceived", lambda said: phone.events.append(said["backgroundServiceEvent"]))
    for service in ("pushMessaging", "notifications"):
        phone.cdp.send("BackgroundService.startObserving", {"service": service})
        phone.cdp.send("BackgroundService.setRecording", {"shouldRecord": True, "service": service})


# --- a site without a product behind it ---------------------------------------------------------------------------------------


def _page(path: str) -> tuple[str, bytes]:
    if path == "/sw.js":
        return "text/javascript", assets.service_worker()
    if path == "/manifest.webmanifest":
        return "application/manifest+json", msgspec.json.encode(manifest(assets.address))
    return "text/html", b'<!doctype html><html lang="zh-CN"><title>Lindian</title><link rel="manifest" href="/manifest.webmanifest">'


class _Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = _page(self.path)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def small_site() -> Iterator[str]:
    """The product's own service worker and manifest round an empty page."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
