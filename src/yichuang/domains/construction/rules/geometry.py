"""
Red lines over planning layers: polygons in CGCS2000 (EPSG:4490), areas on its ellipsoid.

What is wrong with a polygon is said with its place; overlaps under one square metre are drawing errors and count as
none. shapely and pyproj are loaded by the first red line: they take a fifth of a second and 40 MB of every process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible
from yichuang.ui.words import in_a_line

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

    Polygons: TypeAlias = Polygon | MultiPolygon

SLIVER_M2 = 1.0
ELLIPSOID = {"a": 6378137.0, "rf": 298.257222101}  # CGCS2000
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
KNOWN_SYSTEMS = ("4490", "CGCS2000")


class PolygonInvalid(NotPossible):
    """A polygon cannot be used; says where."""

    code = "construction.polygon_invalid"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where the red line meets one layer: index of the layer, square metres, GeoJSON of the overlap."""

    layer: int
    area_m2: float
    geometry: str


def read_polygon(text: str, name: str = "") -> Polygons:
    """
    Read a GeoJSON polygon, multipolygon, or a feature of one.

    >>> area_m2(read_polygon('{"type":"Polygon","coordinates":[[[114,30],[114.01,30],[114.01,30.01],[114,30]]]}'))
    534787.4

    :raises PolygonInvalid: not GeoJSON, another coordinate system, outside China, open, or crossing itself
    """
    name = name or _("红线")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise PolygonInvalid(
            _("%(name)s不是 GeoJSON：第%(line)s行第%(column)s列有误。")
            % {"name": name, "line": wrong.lineno, "column": wrong.colno}
        ) from wrong
    _check_system(data, name)
    geometry = _geometry(data, name)
    _check_rings(geometry, name)
    found: Polygons = _shapely().geometry.shape(geometry)
    if not found.is_valid:
        reason = _plainly(_shapely().is_valid_reason(found))
        raise PolygonInvalid(
            _("%(name)s的图形有误：%(reason)s。请在制图软件中修正后重新上传。") % {"name": name, "reason": reason}
        )
    return found


def area_m2(geometry: Polygons) -> float:
    """Give the area on the ellipsoid in square metres, to a tenth."""
    parts = (
        _ellipsoid().geometry_area_perimeter(_shapely().geometry.polygon.orient(part))[0]
        for part in _polygons(geometry)
    )
    return round(sum(abs(float(part)) for part in parts), 1)


def overlaps(red_line: Polygons, layers: Sequence[Polygons]) -> tuple[Overlap, ...]:
    """List where the red line meets layers, in their order; parts under a square metre are left out."""
    found = []
    for number, layer in enumerate(layers):
        parts = [part for part in _polygons(red_line.intersection(layer)) if area_m2(part) >= SLIVER_M2]
        if parts:
            whole = parts[0] if len(parts) == 1 else _shapely().MultiPolygon(parts)
            found.append(Overlap(number, area_m2(whole), write(whole)))
    return tuple(found)


def write(geometry: Polygons) -> str:
    """Write a polygon as GeoJSON, with the nine decimals that a millimetre needs."""
    return json.dumps(_rounded(_shapely().geometry.mapping(geometry)), separators=(",", ":"))


def vertices(geometry: Polygons) -> list[tuple[int, int, float, float]]:
    """List the corners of a red line: ring, number from 1, longitude, latitude; a ring's last corner repeats none."""
    rows = []
    rings = [ring for part in _polygons(geometry) for ring in (part.exterior, *part.interiors)]
    for number, ring in enumerate(rings, 1):
        rows += [(number, n, x, y) for n, (x, y, *_) in enumerate(list(ring.coords)[:-1], 1)]
    return rows


def _shapely() -> Any:
    return import_module("shapely")


@cache
def _ellipsoid() -> Any:
    return import_module("pyproj").Geod(**ELLIPSOID)


def _check_system(data: Any, name: str) -> None:
    system = data.get("crs", {}).get("properties", {}).get("name", "") if isinstance(data, dict) else ""
    if system and not any(known in system.upper() for known in KNOWN_SYSTEMS):
        raise PolygonInvalid(
            _("%(name)s的坐标系是 %(system)s；请使用 CGCS2000 经纬度（EPSG:4490）。") % {"name": name, "system": system}
        )


def _geometry(data: Any, name: str) -> dict[str, Any]:
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        features = data.get("features") or []
        if len(features) != 1:
            raise PolygonInvalid(
                _("%(name)s应当是一个图形，文件里有%(n)s个。请合并为一个多边形。") % {"name": name, "n": len(features)}
            )
        data = features[0]
    if isinstance(data, dict) and data.get("type") == "Feature":
        data = data.get("geometry")
    if not isinstance(data, dict) or data.get("type") not in ("Polygon", "MultiPolygon"):
        kind = data.get("type") if isinstance(data, dict) else type(data).__name__
        raise PolygonInvalid(
            _("%(name)s应当是多边形（Polygon 或 MultiPolygon），文件里是 %(kind)s。") % {"name": name, "kind": kind}
        )
    return data


def _check_rings(geometry: dict[str, Any], name: str) -> None:
    polygons = [geometry.get("coordinates")] if geometry["type"] == "Polygon" else geometry.get("coordinates")
    if not isinstance(polygons, list) or not polygons or not all(isinstance(each, list) and each for each in polygons):
        raise PolygonInvalid(_("%(name)s没有坐标。") % {"name": name})
    rings = [ring for polygon in polygons for ring in polygon]
    for number, ring in enumerate(rings, 1):
        where = _("%(name)s第%(n)s圈") % {"name": name, "n": number}
        if not isinstance(ring, list) or len(ring) < 4:
            raise PolygonInvalid(_("%(where)s不足四个点，不成为图形。") % {"where": where})
        for corner, point in enumerate(ring, 1):
            _check_point(point, _("%(where)s第%(n)s点") % {"where": where, "n": corner})
        if ring[0] != ring[-1]:
            raise PolygonInvalid(
                _("%(where)s没有闭合：首点 %(first)s，末点 %(last)s。")
                % {"where": where, "first": _at(ring[0]), "last": _at(ring[-1])}
            )


def _check_point(point: Any, where: str) -> None:
    numbers = isinstance(point, list) and len(point) >= 2 and all(isinstance(each, int | float) for each in point)
    if not numbers:
        raise PolygonInvalid(_("%(where)s不是坐标：%(point)s。") % {"where": where, "point": point})
    if not (WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH):
        raise PolygonInvalid(
            _("%(where)s %(point)s 不在我国范围内；请检查经纬度次序和坐标系（EPSG:4490）。")
            % {"where": where, "point": _at(point)}
        )


def _at(point: Any) -> str:
    return f"({point[0]}, {point[1]})"


def _plainly(reason: str) -> str:
    """Say shapely's reason in plain words; the place stands in its brackets."""
    what, place = reason.partition("[")[::2]
    known = {
        "Self-intersection": _("边线自相交"),
        "Ring Self-intersection": _("边线自相交"),
        "Hole lies outside shell": _("内圈在外圈之外"),
    }
    where = _("位置 (%(point)s)") % {"point": ", ".join(place.rstrip("]").split())} if place else ""
    return in_a_line([known.get(what.strip(), what.strip()), where])


def _polygons(geometry: Any) -> list[Polygon]:
    match geometry.geom_type:
        case "Polygon":
            return [] if geometry.is_empty else [geometry]
        case "MultiPolygon" | "GeometryCollection":
            return [part for each in geometry.geoms for part in _polygons(each)]
    return []


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
