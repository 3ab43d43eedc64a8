"""The way to a place in the map that somebody has on the phone: each map in the form and the datum that it reads."""

from urllib.parse import quote

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.datum import Datum, from_wgs84
from grids.tables import PaymentPoint

US = "lindian"


class Link(msgspec.Struct, frozen=True):
    map: Phrase
    address: str


def links(point: PaymentPoint) -> list[Link]:
    """Opened by a tap only: no map's host is ever asked by our pages themselves."""
    name = quote(point.name, safe="")
    where = quote(point.address or point.name, safe="")
    lat, lon = _shown(point, Datum.wgs84)
    gcj_lat, gcj_lon = _shown(point, Datum.gcj02)
    return [
        Link(_("AMap"), f"https://uri.amap.com/marker?position={lon},{lat}&name={name}&src={US}&coordinate=wgs84"),
        Link(
            _("Baidu Maps"),
            f"https://api.map.baidu.com/marker?location={lat},{lon}&title={name}&content={where}&output=html&coord_type=wgs84&src={US}",
        ),
        Link(
            _("Tencent Maps"),
            f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{gcj_lat},{gcj_lon};title:{name};addr:{where}&referer={US}",
        ),
        Link(_("Apple Maps"), f"https://maps.apple.com/?ll={gcj_lat},{gcj_lon}&q={name}"),
    ]


def _shown(point: PaymentPoint, datum: Datum) -> tuple[str, str]:
    lat, lon = from_wgs84(point.lat, point.lon, datum)
    return f"{lat:.6f}", f"{lon:.6f}"
