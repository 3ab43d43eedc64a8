import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pwa.push import guard
from pwa.push.guard import NotPushService, Target, Unresolved

SHARED = Path(__file__).parents[3] / "shared" / "data" / "push" / "web_push_hosts.json"
KNOWN = guard.hosts()

MUST_REFUSE = [
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://notfcm.googleapis.com.evil.example/",
    "https://user:pw@fcm.googleapis.com/x",
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.2/x",
    "https://evil.example/web.push.apple.com",
    "https://notpush.apple.com.evil.example/x",
    "https://evil.com/?x=fcm.googleapis.com",
    "https://notfcm.googleapis.com/x",
    "https://notpush.apple.com/x",
    "https://push.apple.com/x",
    "https://fcm.googleapis.com./x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.example/x",
    "https://evil.example\\@fcm.googleapis.com/x",
    "https://fcm.googleapis.com\\.evil.example/x",
    "https://fcm.googleapis.com/x#y",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "https://fcm.googleapis.com/x\n",
    " https://fcm.googleapis.com/x",
    "https:/fcm.googleapis.com/x",
    "https:fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "https://fcm.googleapis.com:0/x",
    "https://fcm.googleapis.com:/x",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://127.1/x",
    "https://fcm.googleapis\uff0ecom/x",
    "https://f\uff43m.googleapis.com/x",
    "https://fcm.googleapi\u017f.com/x",
    "https://updates.push.services.mo\u200bzilla.com/x",
    "https://xn--fcm-.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "data:,x",
    "",
    "https://fcm.googleapis.com/" + "x" * 3000,
]
RIGHT = {
    "https://fcm.googleapis.com/fcm/send/abc:APA91b_x-y": "fcm.googleapis.com",
    "https://fcm.googleapis.com/wp/abc": "fcm.googleapis.com",
    "https://FCM.GoogleAPIs.com/wp/AbC": "fcm.googleapis.com",
    "https://fcm.googleapis.com:443/wp/abc": "fcm.googleapis.com",
    "https://jmt17.google.com/fcm/send/abc": "jmt17.google.com",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA": "updates.push.services.mozilla.com",
    "https://web.push.apple.com/QGuQyavXutnMH": "web.push.apple.com",
    "https://wns2-sg2p.notify.windows.com/w/?token=BQYAAA%2fb%3d": "wns2-sg2p.notify.windows.com",
}
PRIVATE = [
    "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.100.100.200", "0.0.0.0",
    "255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.9", "192.0.2.1", "192.88.99.1", "168.63.129.16",
    "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::1",
    "2002:a00:1::1", "2002:808:808::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1",
    "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1", "4000::1", "8000::1", "nonsense", "",
]  # fmt: skip


def public(host: str, port: int) -> list[str]:
    return ["142.250.1.95"]


@pytest.mark.parametrize("endpoint", MUST_REFUSE)
def test_what_is_not_a_push_service_is_refused(endpoint: str) -> None:
    for loopback in (False, True):
        with pytest.raises(NotPushService) as refusal:
            guard.check(endpoint, allowed=KNOWN, resolve=public, loopback=loopback)
        assert refusal.value.reason


@pytest.mark.parametrize(("endpoint", "host"), RIGHT.items())
def test_real_push_services_are_known(endpoint: str, host: str) -> None:
    target = guard.check(endpoint, allowed=KNOWN, resolve=public)
    assert (target.host, target.port, target.address, target.scheme) == (host, 443, "142.250.1.95", "https")
    assert target.url == f"https://{host}/" + endpoint.split("/", 3)[3]


def test_every_host_and_every_refusal_of_the_shared_list() -> None:
    if not SHARED.exists():
        pytest.skip("the shared list of push hosts is not here")
    listed = json.loads(SHARED.read_text(encoding="utf-8"))
    for host in [*listed["exact"], *("a" + suffix for suffix in listed["suffix"])]:
        guard.check(f"https://{host}/x", allowed=KNOWN, resolve=public)
    for endpoint in listed["must_refuse"]:
        with pytest.raises(NotPushService):
            guard.check(endpoint, allowed=KNOWN, resolve=public)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    assert not guard.is_public(address)
    for addresses in ([address], ["142.250.1.95", address], [address, "2404:6800:4003::1"]):
        with pytest.raises(NotPushService):
            guard.check("https://fcm.googleapis.com/x", allowed=KNOWN, resolve=lambda host, port, found=addresses: found)


@pytest.mark.parametrize("address", ["142.250.1.95", "17.57.144.1", "2404:6800:4003:c00::5f", "2620:149:208::1", "2a02:4780::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert guard.is_public(address)


def test_the_connection_goes_to_the_checked_address_and_ipv4_first() -> None:
    found = guard.check("https://web.push.apple.com/x", allowed=KNOWN, resolve=lambda *_: ["2620:149:208::1", "17.57.144.1"])
    assert found == Target("https://web.push.apple.com/x", "web.push.apple.com", 443, "17.57.144.1", 443)


def test_a_name_without_address_can_be_tried_again() -> None:
    with pytest.raises(Unresolved):
        guard.check("https://web.push.apple.com/x", allowed=KNOWN, resolve=lambda *_: [])
    assert guard.look_up("no-such-name.invalid", 443) == []


def test_the_operator_adds_hosts() -> None:
    allowed = guard.hosts(["push.example.org", "*.up.example.net"])
    for host in ("push.example.org", "a.up.example.net", "fcm.googleapis.com"):
        assert guard.check(f"https://{host}/x", allowed=allowed, resolve=public).host == host
    for host in ("sub.push.example.org", "up.example.net", "evil-up.example.net"):
        with pytest.raises(NotPushService):
            guard.check(f"https://{host}/x", allowed=allowed, resolve=public)


@pytest.mark.parametrize(
    "entry", ["*", "*.com", "com", "", "https://push.example.org", "push.example.org:8443", "10.0.0.1", "*.*.com", "a b.org"]
)
def test_an_entry_that_would_open_too_much_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="LINDIAN_PUSH_HOSTS"):
        guard.hosts([entry])


def test_loopback_is_for_this_machine_only_and_only_when_set() -> None:
    for endpoint in ("http://127.0.0.1:8123/push/x", "https://localhost:8123/push/x"):
        target = guard.check(endpoint, allowed=KNOWN, loopback=True)
        assert (target.address, target.port, target.url) == ("127.0.0.1", 8123, endpoint)
        with pytest.raises(NotPushService):
            guard.check(endpoint, allowed=KNOWN)
    for endpoint in (
        "http://127.0.0.1/x", "http://127.0.0.2:80/x", "http://0.0.0.0:80/x", "http://[::1]:80/x", "http://localhost.evil.example:80/x",
        "http://127.0.0.1:99999/x", "http://a@127.0.0.1:80/x", "http://127.0.0.1:80@evil.example/x", "ftp://127.0.0.1:80/x",
        "http://fcm.googleapis.com/x", "http://LOCALHOST.:80/x",
    ):  # fmt: skip
        with pytest.raises(NotPushService):
            guard.check(endpoint, allowed=KNOWN, resolve=public, loopback=True)


def test_names_are_asked_once_a_minute() -> None:
    asked = []
    resolve = guard.remembered(lambda host, port: asked.append(host) or ["142.250.1.95"])
    for _ in range(3):
        assert resolve("web.push.apple.com", 443) == ["142.250.1.95"]
    resolve("fcm.googleapis.com", 443)
    assert asked == ["web.push.apple.com", "fcm.googleapis.com"]


@given(st.text(max_size=80))
def test_no_text_breaks_the_guard(words: str) -> None:
    for endpoint in (words, "https://" + words, f"https://fcm.googleapis.com{words}"):
        try:
            target = guard.check(endpoint, allowed=KNOWN, resolve=public)
        except NotPushService:
            continue
        assert target.host in KNOWN
        assert target.url.startswith(f"https://{target.host}/")
