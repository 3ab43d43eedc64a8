"""Which addresses may be pushed to. A browser names the address, so it is a stranger's word until it is checked here."""

import ipaddress
import re
import socket
import time
import tomllib
from collections.abc import Callable, Collection, Iterable
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network
from typing import Any

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _

Resolve = Callable[[str, int], list[str]]

# Strict on purpose: what two parsers could read in two ways is not a push address.
PATH = r"(?P<path>/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)"
PUBLIC = re.compile(rf"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::443)?{PATH}", re.ASCII | re.IGNORECASE)
LOOPBACK = re.compile(rf"(?P<scheme>https?)://(?P<host>127\.0\.0\.1|localhost):(?P<port>[1-9][0-9]{{0,4}}){PATH}")
LISTED = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
LONGEST = 2048


class NotPushService(ValueError):
    """Nothing may be sent there. `reason` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Unresolved(NotPushService):
    """The name is right and has no address just now: worth another try when something is to be sent."""


class Target(msgspec.Struct, frozen=True, gc=False):
    """A checked address. The connection goes to `address` and nowhere else, whatever the name says by then."""

    url: str
    host: str
    port: int
    address: str
    door: int
    """The port to connect to; another than `port` only where a test stands in for a real service."""

    @property
    def scheme(self) -> str:
        return self.url.partition(":")[0]

    @property
    def origin(self) -> str:
        return self.url[: self.url.index("/", len("https://"))]

    @property
    def path(self) -> str:
        return self.url[self.url.index("/", len("https://")) :]


def check(endpoint: str, *, allowed: Collection[str], resolve: Resolve | None = None, loopback: bool = False) -> Target:
    """`allowed` comes from `hosts()`. With `loopback` a push service of the tests on this machine is right as well."""
    if len(endpoint) > LONGEST:
        raise NotPushService(_("A push address must be a plain https address."))
    if loopback and (here := LOOPBACK.fullmatch(endpoint)) and int(here["port"]) < 65536:
        return Target(endpoint, here["host"], int(here["port"]), "127.0.0.1", int(here["port"]))
    found = PUBLIC.fullmatch(endpoint)
    if not found:
        raise NotPushService(_("A push address must be a plain https address."))
    host = found["host"].lower()
    if not _listed(host, allowed):
        raise NotPushService(_("This push service is not on the list."))
    address = _public_address((resolve or look_up)(host, 443))
    return Target(f"https://{host}{found['path']}", host, 443, address, 443)


def hosts(added: Iterable[str] = ()) -> frozenset[str]:
    """The known push services and the operator's own. Raises ValueError for an entry that would open too much."""
    for entry in added:
        if not LISTED.fullmatch(entry) or _is_number(entry) or (entry.startswith("*.") and entry.count(".") < 2):
            raise ValueError(f"LINDIAN_PUSH_HOSTS: {entry!r} is not a host name such as push.example.org or *.push.example.org")
    return frozenset([*_file()["hosts"], *added])


def look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


def remembered(resolve: Resolve = look_up, *, seconds: float = 60) -> Resolve:
    """The same, asked once a minute: a batch has thousands of messages for a handful of names."""
    known: dict[tuple[str, int], tuple[float, list[str]]] = {}

    def ask(host: str, port: int) -> list[str]:
        asked_at, addresses = known.get((host, port), (float("-inf"), []))
        if time.monotonic() - asked_at > seconds:
            addresses = resolve(host, port)
            known[host, port] = (time.monotonic(), addresses)
        return addresses

    return ask


def _public_address(addresses: list[str]) -> str:
    if not addresses:
        raise Unresolved(_("The push service's name has no address just now."))
    # One private address among public ones is how a name is turned against us: all must be public.
    if not all(is_public(address) for address in addresses):
        raise NotPushService(_("The push service's name leads into a private network."))
    return min(addresses, key=lambda address: ":" in address)


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    try:
        where = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(where in network for network in _private_networks() if network.version == where.version)


def _listed(host: str, allowed: Collection[str]) -> bool:
    if host in allowed:
        return True
    labels = host.split(".")
    return any("*." + ".".join(labels[start:]) in allowed for start in range(1, len(labels)))


def _is_number(entry: str) -> bool:
    return entry.rpartition(".")[2].isdigit()


@cache
def _private_networks() -> list[IPv4Network | IPv6Network]:
    return [ipaddress.ip_network(network) for network in _file()["private"]]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("pwa.push").joinpath("hosts.toml").read_text(encoding="utf-8"))
