"""The nine services as their documentation describes them, small, with the traps of their data."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from loopback import Raw
from village_shapes import SIDE, SOUTH, WEST, lonlat

from layers.fetch.official_services import services

Query = dict[str, str]
CODES = ("33001", "33002", "33003", "33333")
CAP = 2


def square(x: float, y: float, side: float = 400.0) -> shapely.Geometry:
    return shapely.box(WEST + x, SOUTH + y, WEST + x + side, SOUTH + y + side)


# Outlines of each type, in metres from the village's corner.
OUTLINES: dict[str, list[tuple[str, float, float]]] = {
    "patrinat_sic:sic": [("Coteaux", 0, 0), ("Marais", 3000, 3000), ("Tourbière", 9000, 9000)],
    "patrinat_zps:zps": [("Étangs", 0, 0)],
    "patrinat_znieff1:znieff1": [("Vallon", 0, 0)],
    "patrinat_znieff2:znieff2": [("Vallée", 6000, 6000)],
    "patrinat_apb:apb": [("Falaise", 7000, 0)],
    "patrinat_rnn:rnn": [("Dune", 0, 7000)],
    "patrinat_rnr:rnr": [("Mare", 2000, 9000)],
    "patrinat_cen:cen": [("Lande", 9000, 2000)],
    "patrinat_rb:reserve_biologique": [("Forêt", 8000, 8000)],
}


def geoplateforme(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer WFS 2.0.0: COUNT capped in silence, a rectangle by easting then northing."""

    def answer(path: str, query: Query) -> Any:
        if query["REQUEST"] == "GetCapabilities":
            return _capabilities(trap)
        west, south, east, north = (float(v) for v in query["BBOX"].split(",")[:4])
        if trap == "swapped":
            west, south, east, north = south, west, north, east
        box = shapely.box(west, south, east, north)
        rows = OUTLINES.get(query["TYPENAMES"], [])
        rows = [row for row in rows if square(row[1], row[2]).intersects(box)]
        if trap == "gone":
            rows = []
        hits = len(rows) + (trap == "lying total")
        if query.get("RESULTTYPE") == "hits":
            head = '<?xml version="1.0"?><wfs:FeatureCollection '
            return Raw(f'{head}numberMatched="{hits}" numberReturned="0"/>'.encode(), 200, "xml")
        start = int(query["STARTINDEX"]) if trap != "same page" else 0
        page = rows[start : start + min(CAP, int(query["COUNT"]))]
        if trap == "half" and start:
            page = []
        return {
            "type": "FeatureCollection",
            "features": [_outline(query["TYPENAMES"], row, trap) for row in page],
            "numberMatched": hits,
            "numberReturned": len(page),
            "crs": _crs("EPSG::4326" if trap == "new crs" else "EPSG::2154"),
        }

    return answer


def _capabilities(trap: str) -> Raw:
    """List every type of the service, some under the second name that sources give."""
    products = services()["geoplateforme"].products
    names = [p.options.get("or_type", [p.options["type_name"]])[0] for p in products]
    if trap == "renamed type":
        names = [name.replace("_sic:sic", "_sic2:sic") for name in names]
    types = "".join(f"<FeatureType><Name>{name}</Name></FeatureType>" for name in names)
    return Raw(f"<wfs:WFS_Capabilities>{types}</wfs:WFS_Capabilities>".encode(), 200, "text/xml")


def _crs(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{name}"}}


def _outline(kind: str, row: tuple[str, float, float], trap: str) -> dict[str, Any]:
    name, x, y = row
    shape = square(x, y)
    if trap == "elsewhere":
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    facts = {"id_mnhn": f"FR{kind[9:12]}{int(x + y):05d}", "nom_site": name, "surf_off": 16.0}
    if trap == "renamed":
        facts["nom"] = facts.pop("nom_site")
    return {
        "type": "Feature",
        "id": f"{kind}.{name}",
        "properties": facts,
        "geometry": shapely.geometry.mapping(shape),
    }


def cartofriches(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer the Cerema's API: pages of at most CAP sites, whatever is asked."""
    rows = [
        ("33001_1", "friche sans projet", "33001", 100.0, 100.0, "U"),
        ("33002_1", "friche potentielle", "33002", 5000.0, 100.0, "N"),
        ("33003_3", "friche avec projet", "33003", 900.0, 5200.0, "AUc"),
    ]

    def answer(path: str, query: Query) -> Any:
        held = rows if query["coddep"] == "33" and trap != "empty departement" else []
        page = int(query["page"])
        part = held[CAP * (page - 1) : CAP * page]
        more = CAP * page < len(held)
        if trap == "half":
            part, more = part[:1], False
        return {
            "count": len(held) + 5 * (trap == "lying total"),
            "next": f"page={page + 1}" if more else None,
            "type": "FeatureCollection",
            "features": [_site(row, trap) for row in part],
        }

    return answer


def _site(row: tuple[Any, ...], trap: str) -> dict[str, Any]:
    site, status, commune, x, y, zone = row
    corners = [(x, y), (x + 100, y), (x + 100, y + 200), (x, y + 200)]
    outline = shapely.Polygon([lonlat(WEST + east, SOUTH + north) for east, north in corners])
    facts = {
        "site_id": site,
        "site_nom": "Ancienne usine à gaz",
        "site_type": "friche industrielle",
        "site_statut": status,
        "comm_insee": commune,
        "urba_zone_type": zone,
        "source_nom": "Observatoire d'essai",
        "proprio_nom": "DUPONT Jeanne",
        "site_surface": 20_000,
    }
    if trap == "renamed":
        facts["statut"] = facts.pop("site_statut")
    # One site in three is a point with a published surface, as most are.
    shape = outline.centroid if site == "33003_3" else outline
    return {"type": "Feature", "properties": facts, "geometry": shapely.geometry.mapping(shape)}


def odre(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer Explore v2.1: /records counts, /exports gives all, as CSV or GeoJSON."""
    yards = [("HAUT", "HAUT (LE)", "400kV"), ("BORD", "BORD", "90kV"), ("LOIN", "LOIN", "63kV")]

    def answer(path: str, query: Query) -> Any:
        lines = path.split("/")[-3 if "exports" in path else -2].startswith("lignes")
        total = (1 if lines else len(yards)) + 4 * (trap == "lying total")
        if path.endswith("/records"):
            return {"total_count": total, "results": []}
        if lines:
            ends = [lonlat(WEST + x, SOUTH) for x in (0.0, 3000.0)]
            if trap == "new crs":
                ends = [(WEST, SOUTH), (WEST + 3000, SOUTH)]
            line = {"type": "LineString", "coordinates": ends}
            facts = {"tension": "225kV"}
            feature = {"type": "Feature", "properties": facts, "geometry": line}
            return {"type": "FeatureCollection", "features": [feature]}
        table = pd.DataFrame(yards, columns=["code_poste", "nom_poste", "tension"])
        table = table.assign(fonction="Poste de transformation", etat="EN EXPLOITATION")
        table = table.head(1) if trap == "half" else table
        table = table.rename(columns={"tension": "niveau"}) if trap == "renamed" else table
        return Raw(("\ufeff" + table.to_csv(sep=";", index=False)).encode(), 200, "text/csv")

    return answer


def georisques(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer API v1: rows of the communes asked, one page after another."""

    def answer(path: str, query: Query) -> Any:
        rows = [_row(path, code, trap) for code in query["code_insee"].split(",")]
        if trap == "empty":
            rows = []
        page = int(query["page"])
        part, more = rows[CAP * (page - 1) : CAP * page], CAP * page < len(rows)
        if trap == "half":
            part, more = part[:1], False
        count = len(rows) + 3 * (trap == "lying total")
        return {"results": count, "page": page, "next": "suite" if more else None, "data": part}

    return answer


def _row(path: str, code: str, trap: str) -> dict[str, Any]:
    lon, lat = lonlat(WEST + 300 * int(code[-1]), SOUTH + 300)
    if trap == "new crs":
        lon, lat = WEST, SOUTH
    point = {"type": "Point", "coordinates": [lon, lat]}
    rows: dict[str, dict[str, Any]] = {
        "/installations_classees": {
            "codeAIOT": f"00{code}",
            "raisonSociale": "DUPONT Jeanne",
            "longitude": lon,
            "latitude": lat,
            "regime": "Autorisation",
            "statutSeveso": "Seuil Haut" if code == "33001" else "Non Seveso",
        },
        "/ssp/casias": {
            "identifiant_ssp": f"SSP{code}",
            "nom_etablissement": "DUPONT Jeanne",
            "statut": "Instruit",
            "geom": point,
        },
        "/ssp/conclusions_sis": {
            "id_sis": f"SIS{code}",
            "superficie": 1.0,
            "geom": shapely.geometry.mapping(shapely.Point(lon, lat).buffer(0.001)),
        },
        "/gaspar/risques": {
            "code_insee": code,
            "risques_detail": [{"libelle_risque_long": "Inondation"}],
        },
    }
    row = next(body for end, body in rows.items() if path.endswith(end))
    if trap == "renamed":
        row = {f"x_{name}": value for name, value in row.items()}
    return row


def hubeau(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer withdrawals: pages under the code 206, 200 for the last."""

    def answer(path: str, query: Query) -> Any:
        rows = [
            {
                "code_ouvrage": f"OPR{code}",
                "annee": int(query["annee"]),
                "code_commune_insee": code,
                "volume": 1000.5,
                "libelle_usage": "EAU POTABLE",
            }
            for code in CODES
        ]
        if trap == "renamed":
            rows = [{"volume_m3": row.pop("volume"), **row} for row in rows]
        if trap == "empty":
            rows = []
        count = {"too deep": 20_001, "lying total": len(rows) + 1}.get(trap, len(rows))
        page = int(query["page"])
        part, more = rows[CAP * (page - 1) : CAP * page], CAP * page < len(rows)
        if trap == "half":
            part, more = part[:1], False
        content = {"count": count, "next": "suite" if more else None, "data": part}
        return Raw(json.dumps(content).encode(), 206 if more else 200, "application/json")

    return answer


def vigieau(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer the publication of zones, its file, and each commune's history."""

    def answer(path: str, query: Query) -> Any:
        shape = shapely.box(*lonlat(WEST, SOUTH), *lonlat(WEST + SIDE, SOUTH + SIDE))
        if trap == "new crs":
            shape = square(0, 0)
        facts = {"id": 1, "niveauGravite": "alerte", "type": "SUP"}
        if trap == "renamed":
            facts["gravite"] = facts.pop("niveauGravite")
        feature = {
            "type": "Feature",
            "properties": facts,
            "geometry": shapely.geometry.mapping(shape),
        }
        zones = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
        if path.endswith("/zones/publication"):
            return {
                "geojsonUrl": f"{answer.url}/fichiers/zones.geojson",  # type: ignore[attr-defined]
                "geojsonChecksum": "0" * 64
                if trap == "wrong checksum"
                else hashlib.sha256(zones).hexdigest(),
                "zoneCount": 1 + 7 * (trap in ("half", "lying total")),
            }
        if path.endswith("zones.geojson"):
            return Raw(zones, 200, "application/json")
        level = {"33001": "crise", "33002": "vigilance"}.get(path[-5:], "alerte_renforcee")
        year = query["dateFin"][:4]
        day = "jour" if trap == "renamed history" else "date"
        days = [f"{year}-08-{number:02d}" for number in range(1, 11)]
        return [{day: name, "AEP": "vigilance", "SUP": level, "SOU": None} for name in days]

    return answer


def _dataset(url: str, name: str, body: bytes, trap: str) -> dict[str, Any]:
    size = len(body) * (2 if trap in ("half", "lying total") else 1)
    sha1 = "0" * 40 if trap == "wrong checksum" else hashlib.sha1(body).hexdigest()
    title = "autre-chose.pdf" if trap == "gone" else name
    return {
        "title": title,
        "url": f"{url}/fichiers/{title}",
        "filesize": size,
        "checksum": {"type": "sha1", "value": sha1},
        "last_modified": "2026-06-01T00:00:00",
    }


def _files(files: dict[str, bytes], trap: str) -> Callable[[str, Query], Any]:
    def answer(path: str, query: Query) -> Any:
        name = path.rsplit("/", 1)[-1]
        if name in files:
            return Raw(files[name])
        url = answer.url  # type: ignore[attr-defined]
        return {"resources": [_dataset(url, name, body, trap) for name, body in files.items()]}

    return answer


def france_chaleur_urbaine(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer data.gouv.fr with an archive of traces."""
    ends = [lonlat(WEST + 100, SOUTH + 100), lonlat(WEST + 900, SOUTH + 100)]
    if trap == "new crs":
        ends = [(WEST, SOUTH), (WEST + 900, SOUTH)]
    key = "identifiant_reseau" if trap == "renamed" else "Identifiant reseau"
    feature = {
        "type": "Feature",
        "properties": {key: "3301C", "nom_reseau": "Réseau d'essai", "Taux EnR&R": 62.5},
        "geometry": {"type": "MultiLineString", "coordinates": [ends]},
    }
    count = 10 if trap == "few" else 600
    content = {"type": "FeatureCollection", "features": [feature] * count}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        name = "autre.geojson" if trap == "no member" else "reseaux_de_chaleur.geojson"
        # A little noise, so that an honest archive does not look like a bomb.
        noise = "" if trap == "bomb" else np.random.default_rng(1).bytes(40_000).hex()
        text = json.dumps(content) + " " * (50_000_000 if trap == "bomb" else 0)
        zipped.writestr(name, json.dumps({**content, "note": noise}) if noise else text)
    body = archive.getvalue()
    return _files({"010626-opendata-fcu.zip": body}, trap)


def conso_enaf(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer data.gouv.fr with the national table by commune."""
    codes = CODES[:2] if trap == "half rows" else (*CODES, "01001")
    years = {f"naf{y:02d}art{y + 1:02d}": 100 for y in range(9, 24)}
    rows = [{"idcom": code, "idcomtxt": "Commune", **years} for code in codes]
    table = pd.DataFrame(rows)
    if trap == "renamed":
        table = table.rename(columns={"idcom": "code_commune"})
    body = table.to_csv(index=False, sep=";").encode()
    return _files({"conso2009-2024-resultats-com.csv": body}, trap)


def meteo_france(trap: str = "") -> Callable[[str, Query], Any]:
    """Answer data.gouv.fr with five years of SYNOP, one file a year, in the newer columns."""
    files = {}
    for year in range(2015, 2020):
        times = pd.date_range(f"{year}-01-01", f"{year}-12-31T21:00", freq="3h")
        if trap == "half rows":
            times = times[: len(times) // 2]
        dry = 286.0 - 8.0 * np.cos(2 * np.pi * times.day_of_year.to_numpy() / 365.25)
        lon, lat = lonlat(WEST + 100, SOUTH + 100)
        table = pd.DataFrame(
            {
                "geo_id_wmo": "7510",
                "name": "VILLAGE",
                "lat": lat,
                "lon": lon,
                "alti": 47,
                "validity_time": times.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "t": dry.round(2),
                "td": (dry - 4).round(2),
                "u": 76,
                "pres": 100_900,
            }
        )
        if trap == "renamed":
            table = table.rename(columns={"td": "point_de_rosee"})
        if not (trap == "missing year" and year == 2017):
            text = table.to_csv(index=False, sep=";").encode()
            files[f"synop_{year}.csv.gz"] = gzip.compress(text, mtime=0)
    return _files(files, trap)
