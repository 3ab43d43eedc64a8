"""Which ways of OpenStreetMap a person may walk, as Valhalla's pedestrian costing has it for China.

Read off Valhalla's own tiles of Chinese extracts, way by way: trunk roads count, since in cities they have pavements; motorways,
cycle tracks only where foot says so, platforms and mountain paths not at all; the outlines of squares (area=yes) are not lines
to walk along.
"""

from collections.abc import Mapping
from enum import IntEnum

Tags = Mapping[str, str]


class Trust(IntEnum):
    """May one walk here? `private`: to get in and out, but a stranger may not be let through. `perhaps`: the map does not say so."""

    open = 0
    private = 1
    perhaps = 2


WALKED = frozenset({
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "residential_link", "living_street", "service", "road", "track", "pedestrian", "footway", "path", "steps", "corridor",
    "elevator",
})  # fmt: skip
WHERE_FOOT_SAYS_SO = frozenset({"motorway", "motorway_link", "cycleway", "bridleway", "platform", "busway", "bus_guideway"})
# Where people walk all the same: beside a cycle track, across a square.
PERHAPS = frozenset({"cycleway", "bridleway", "platform"})
# A road of these kinds does not end in the middle of nowhere: where it does, the map was cut.
MAIN = frozenset({"trunk", "primary", "secondary", "tertiary", "unclassified", "trunk_link", "primary_link", "secondary_link"})

OF_WALKERS = frozenset({"footway", "path", "pedestrian", "steps"})
ONE_WAY = frozenset({"yes", "true", "1", "-1"})
# What is harder than a walk is a climb.
EASY = frozenset({"strolling", "hiking", "no"})

SHUT_OUT = frozenset({"no", "agricultural", "forestry", "discouraged", "emergency"})
PRIVATE = frozenset({"private", "delivery", "destination", "customers", "residents", "permit"})
GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "wicket_gate", "kissing_gate", "entrance", "turnstile"})


def trust(tags: Tags) -> Trust | None:
    """How far a walker may count on this way; None where nobody walks."""
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    shut = foot in SHUT_OUT or (not foot and (tags.get("access") in SHUT_OUT or tags.get("impassable") == "yes"))
    if shut or kind not in WALKED | WHERE_FOOT_SAYS_SO:
        return None
    if tags.get("area") == "yes" or (kind not in WALKED and not foot):
        return Trust.perhaps if kind in WALKED | PERHAPS else None
    if kind == "platform" or tags.get("sac_scale", "hiking") not in EASY:
        return Trust.perhaps
    return Trust.private if _private(tags) or _one_way(tags) else Trust.open


def _one_way(tags: Tags) -> bool:
    """Also for walkers: what says so of them, and a footway that says it at all. The way back is another."""
    said = tags.get("oneway:foot") or (tags.get("oneway", "") if tags.get("highway") in OF_WALKERS else "")
    return said in ONE_WAY


def _private(tags: Tags) -> bool:
    """Gated, or somebody's drive. Where cars are let in by name there is a guard, whatever the map says about walkers."""
    return bool({tags.get("access"), tags.get("foot"), tags.get("motor_vehicle")} & PRIVATE) or tags.get("service") == "driveway"


def blocks(tags: Tags) -> bool:
    """Whether nobody gets past this node on foot. A gate, a bollard or a barrier alone does not stop a walker."""
    return (tags.get("foot") or tags.get("access")) in SHUT_OUT


def is_gate(tags: Tags) -> bool:
    return tags.get("barrier") in GATES and not blocks(tags)


def is_private_gate(tags: Tags) -> bool:
    return "barrier" in tags and (tags.get("access") in PRIVATE or tags.get("foot") in PRIVATE)
