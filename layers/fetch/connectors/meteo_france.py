"""Météo-France on data.gouv.fr: SYNOP by year, hourly by département, to one three-hourly table.

Both land in the schema the weather layer reads: station, instant (UTC), kelvin, per cent, pascal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector
from layers.fetch.data_gouv import Resource, file_of, listing_request, resources
from layers.fetch.transfer.gzip_slices import tables_of
from layers.geometry.vector_overlay import points_from
from layers.sources.weather import YEARS
from layers.words.french import listing, number

COLUMNS = ["numer_sta", "date", "t", "td", "u", "pres"]
STATIONS = ["ID", "Nom", "Latitude", "Longitude", "Altitude"]
KELVIN, PASCAL = 273.15, 100.0
# What SYNOP files call each thing, in the older export and in the newer one (from memory).
SYNOP = {
    "numer_sta": ("numer_sta", "geo_id_wmo"),
    "date": ("date", "validity_time"),
    "t": ("t",),
    "td": ("td",),
    "u": ("u",),
    "pres": ("pres",),
}
PLACE = {
    "Nom": ("Nom", "name"),
    "Latitude": ("Latitude", "lat"),
    "Longitude": ("Longitude", "lon"),
    "Altitude": ("Altitude", "alti", "alt"),
}
# A station that lacks more than this share of its instants would weigh on its neighbours.
MOST_MISSING = 0.2
REACH_M = 60_000.0
SAME_PLACE_M = 2_000.0
WORST_SHIFT_H = 3


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the list of files, then each year or each département.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    Two requests, with their times and the bytes of all (expected).
    """
    yield Foreseen(listing_request(errand), 1, 200_000)
    first, last = _years(errand)
    times = last - first + 1
    if errand.product.name == "horaire":
        times = len(errand.place.departements)
    file = errand.request("https://object.files.data.gouv.fr/…csv.gz", "gz")
    size = 1000.0 * errand.product.kb_a_row * errand.product.rows
    yield Foreseen(file, times, size * times)


@connector("meteo-france", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the observations of the pack's years, for stations near enough and full enough."""
    hourly = errand.product.name == "horaire"
    chosen = _by_departement(errand) if hourly else _by_year(errand)
    read = _hourly if hourly else _synop
    parts = [part for one in chosen for part in _parts(errand, one, read)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    stations = _stations(errand, table)
    kept, notes = _full_enough(errand, table[table["numer_sta"].isin(stations["ID"])])
    if kept.empty:
        last = errand.request(chosen[-1].url, "gz")
        raise errand.refuse("SIT112", "aucune station assez complète près du territoire", last)
    _add(errand, kept, stations[stations["ID"].isin(kept["numer_sta"])])
    return Landed(len(kept), None, notes)


def _years(errand: Errand) -> tuple[int, int]:
    settings = errand.place.territory.settings.get("weather", YEARS)
    return int(settings["first"]), int(settings["last"])


def _by_year(errand: Errand) -> list[Resource]:
    first, last = _years(errand)
    found = {one.named["period"]: one for one in reversed(resources(errand))}
    lacking = [str(year) for year in range(first, last + 1) if str(year) not in found]
    if lacking:
        why = f"années absentes du jeu : {listing(lacking)}"
        raise errand.refuse("SIT112", why, listing_request(errand))
    return [found[str(year)] for year in range(first, last + 1)]


def _by_departement(errand: Errand) -> list[Resource]:
    """Return the files whose years meet the pack's, for every département."""
    first, last = _years(errand)
    chosen: dict[str, list[Resource]] = {code: [] for code in errand.place.departements}
    for one in resources(errand):
        years = [int(year) for year in re.findall(r"\d{4}", one.named["period"])]
        if one.named["dep"] in chosen and years and years[0] <= last and years[-1] >= first:
            chosen[one.named["dep"]].append(one)
    lacking = [code for code, files in chosen.items() if not files]
    if lacking:
        why = f"aucun fichier pour {listing(lacking)} de {first} à {last}"
        raise errand.refuse("SIT112", why, listing_request(errand))
    return [one for files in chosen.values() for one in sorted(files, key=lambda f: f.url)]


Read = Callable[[Errand, pd.DataFrame, Any], pd.DataFrame]


def _parts(errand: Errand, resource: Resource, read: Read) -> Iterator[pd.DataFrame]:
    """Read a file a slice at a time, keeping three-hourly instants of the pack's years."""
    request = errand.request(resource.url, "gz")
    first, last = _years(errand)
    try:
        for table in tables_of(
            file_of(errand, resource, "gz"), errand.service.limit("max_mb") * 20
        ):
            part = read(errand, table, request)
            when = pd.to_datetime(part["date"], format="%Y%m%d%H%M%S", errors="coerce")
            inside = when.dt.year.between(first, last) & (when.dt.hour % WORST_SHIFT_H == 0)
            yield part[inside & (when.dt.minute == 0)]
    except (ValueError, UnicodeError, OSError, EOFError):
        raise errand.refuse("SIT111", "fichier comprimé illisible", request) from None


def _synop(errand: Errand, table: pd.DataFrame, request: Any) -> pd.DataFrame:
    found = {ours: next((n for n in names if n in table), None) for ours, names in SYNOP.items()}
    lacking = [ours for ours, name in found.items() if name is None]
    if lacking:
        errand = replace(errand, product=replace(errand.product, columns=tuple(lacking)))
        errand.check_fields(table.columns, request)
    part = pd.DataFrame({ours: table[name] for ours, name in found.items()})
    digits = part["date"].str.replace(r"\D", "", regex=True).str.slice(0, 14)
    return part.assign(
        numer_sta=part["numer_sta"].str.strip().str.zfill(5),
        date=digits.str.pad(14, side="right", fillchar="0"),
        **_places(table),
    )


def _places(table: pd.DataFrame) -> dict[str, Any]:
    names = {ours: next((n for n in them if n in table), None) for ours, them in PLACE.items()}
    return {ours: table[name] if name else None for ours, name in names.items()}


def _hourly(errand: Errand, table: pd.DataFrame, request: Any) -> pd.DataFrame:
    errand.check_fields(table.columns, request)
    lacking = pd.Series(np.nan, index=table.index)
    value = {
        name: pd.to_numeric(table[name], errors="coerce") if name in table else lacking
        for name in ("T", "TD", "U", "PSTAT")
    }
    return pd.DataFrame(
        {
            "numer_sta": table["NUM_POSTE"].str.strip().str.zfill(8),
            "date": table["AAAAMMJJHH"].str.strip() + "0000",
            "t": value["T"] + KELVIN,
            "td": value["TD"] + KELVIN,
            "u": value["U"],
            "pres": value["PSTAT"] * PASCAL,
            "Nom": table.get("NOM_USUEL"),
            "Latitude": table.get("LAT"),
            "Longitude": table.get("LON"),
            "Altitude": table.get("ALTI"),
        }
    )


def _stations(errand: Errand, table: pd.DataFrame) -> pd.DataFrame:
    """Return the stations near the territory whose place and height are known."""
    first = table.drop_duplicates("numer_sta").rename(columns={"numer_sta": "ID"})
    stations = first.reindex(columns=STATIONS).set_index("ID")
    stations = stations.astype(object).combine_first(_known(errand)).loc[stations.index]
    numbers = stations[["Latitude", "Longitude", "Altitude"]].apply(pd.to_numeric, errors="coerce")
    stations = stations.assign(**numbers)[numbers.notna().all(axis=1)].reset_index()
    points = points_from(stations["Longitude"], stations["Latitude"])
    near = points.distance(errand.place.region) <= REACH_M
    kept: pd.DataFrame = stations[near].reindex(columns=STATIONS)
    return kept


def _known(errand: Errand) -> pd.DataFrame:
    """Return the stations of the pack: a file of observations may not say where they are."""
    columns = STATIONS[1:]
    if not errand.place.pack.has("weather"):
        return pd.DataFrame(columns=columns)
    cube = errand.place.pack.weather()
    names = ("name", "latitude", "longitude", "altitude_m")
    facts = {ours: cube[name].to_numpy() for ours, name in zip(columns, names, strict=True)}
    return pd.DataFrame(facts, index=cube["station"].to_numpy().astype(str)).astype(object)


def _full_enough(errand: Errand, table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    first, last = _years(errand)
    instants = len(pd.date_range(f"{first}-01-01", f"{last}-12-31T21:00", freq="3h"))
    rows = table.drop_duplicates(["numer_sta", "date"]).sort_values(["numer_sta", "date"])
    measured = rows[["t", "td", "u", "pres"]].apply(pd.to_numeric, errors="coerce").notna()
    share = measured.groupby(rows["numer_sta"]).sum().min(axis=1) / instants
    full = share.index[share >= 1.0 - MOST_MISSING]
    notes = (
        f"{len(full)} stations gardées à moins de {number(REACH_M / 1000)} km du territoire "
        f"demandé, {len(share) - len(full)} trop incomplètes",
    )
    return rows[rows["numer_sta"].isin(full)], notes


def _add(errand: Errand, table: pd.DataFrame, stations: pd.DataFrame) -> None:
    """Add to what another product of this service landed, one station a place."""
    places = errand.path.parent / "postesSynop.csv"
    if errand.path.is_file() and places.is_file():
        held = pd.read_csv(places, sep=";", dtype={"ID": "str"})
        here = points_from(stations["Longitude"], stations["Latitude"])
        there = points_from(held["Longitude"], held["Latitude"]).union_all()
        stations = stations[here.distance(there) > SAME_PLACE_M]
        table = table[table["numer_sta"].isin(stations["ID"])]
        stations = pd.concat([held, stations], ignore_index=True)
        table = pd.concat([pd.read_csv(errand.path, dtype="str"), table], ignore_index=True)
    options: Mapping[str, Any] = {"method": "gzip", "mtime": 0}
    table[COLUMNS].to_csv(errand.path, index=False, compression=dict(options))
    stations.to_csv(places, sep=";", index=False, lineterminator="\n")
