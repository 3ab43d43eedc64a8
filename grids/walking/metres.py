"""Degrees of WGS-84 in metres, for whole arrays at once.

Over a street's length the ellipsoid is flat: with its two radii of curvature the metres are geopy's to a millimetre.
"""

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

EQUATOR = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY = FLATTENING * (2 - FLATTENING)


def of_a_degree(lat: Floats | float) -> tuple[Floats, Floats]:
    """The metres of one degree of longitude and of latitude at a latitude."""
    angle = np.radians(np.asarray(lat, dtype=np.float64))
    curved = 1 - ECCENTRICITY * np.sin(angle) ** 2
    wide = EQUATOR / np.sqrt(curved) * np.cos(angle)
    high = EQUATOR * (1 - ECCENTRICITY) / curved**1.5
    return np.radians(wide), np.radians(high)


def between(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """The straight metres between places that are near each other, pair by pair."""
    wide, high = of_a_degree((lat + other_lat) / 2)
    metres: Floats = np.hypot((other_lon - lon) * wide, (other_lat - lat) * high)
    return metres
