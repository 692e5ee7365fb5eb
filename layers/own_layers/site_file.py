"""Sites that someone brings: a table or a drawing of places with an area, read once, in one room.

Platforms, ports, activity zones, former power plants: what a region discusses and no inventory of
friches holds. What the file does not say is unknown, never good news.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.geometry.vector_overlay import code_under, polygons_of
from layers.opening.contract_fitting import in_lambert
from layers.opening.file_inspection import examine_for
from layers.opening.french_table import (
    FrenchTable,
    Heading,
    Taken,
    Unread,
    read_table,
    refuse_unread,
    taken,
    told_fr,
)
from layers.own_layers.layer_option import file_and_options
from layers.own_layers.site_columns import HEADINGS, STATUSES, ZONES
from layers.packs.data_pack import Pack, digest_of_files
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, listing, plural, quantity
from layers.words.territory_paper import CRS

LAYER = "own_sites"
OPTION = "--sites"
KEYS = ("by", "crs", "encoding", "sublayer", "columns")
LONGEST_ID = 120
LARGEST_M2 = 1e8
"""Ten thousand hectares: beyond, a zero too many was typed."""


@dataclass(frozen=True)
class SitesOffer:
    """A file of sites, who brings it, and how to read it."""

    file: str
    by: str = ""
    crs: str | None = None
    encoding: str | None = None
    sublayer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> SitesOffer:
        """Read « FILE;by=Port;crs=EPSG:2154;columns=area_ha:AIRE ».

        Parameters
        ----------
        text : as typed, or as a scenario writes it.

        Returns
        -------
        The offer; its file is not opened.

        Raises
        ------
        SitingError : SIT202 for an unknown option or column, or without a file.

        Examples
        --------
        >>> SitesOffer.parse("zae.csv;by=Bordeaux Métropole").by
        'Bordeaux Métropole'
        """
        file, given, pairs = file_and_options(text, KEYS, OPTION, list(HEADINGS))
        options = {key: value for key, value in given.items() if key != "columns"}
        return cls(file, columns=pairs, **options)


def with_own_sites(pack: Pack, offers: tuple[str, ...]) -> tuple[Pack, list[str]]:
    """Return the pack with the sites that files bring, and what is to be said of them.

    Parameters
    ----------
    pack : the layers, which are not changed; one that has these files already comes back as it is.
    offers : « FILE;by=… », one a file.

    Returns
    -------
    The pack, and sentences in French.

    Raises
    ------
    SitingError : SIT100 to SIT109 (a file), SIT202 (an option), SIT105 (a value, an identifier
        written twice, a site that nothing places or measures).
    """
    if not offers:
        return pack, []
    read = [_read(text, pack) for text in offers]
    both = pd.concat([table for table, _, _ in read], ignore_index=True)
    sites = gpd.GeoDataFrame(both, geometry="geometry", crs=CRS)
    _refuse_twice(sites)
    digest = digest_of_files([path for _, _, files in read for path in files])
    names = [Path(SitesOffer.parse(text).file).name for text in offers]
    bringers = sorted({str(name) for name in sites["brought_fr"]})
    papers = {
        "theme": "Friches et sites pollués",
        "title": "Sites apportés",
        "producer": listing(bringers),
        "licence": "selon le fournisseur",
        "vintage": "non précisé",
        "kind": "user",
        "state": "user",
        "file": ", ".join(names),
        "sha256": digest,
        "rows": len(sites),
        "caveat_fr": "Sites apportés par l'utilisateur : ce que le fichier ne dit pas est inconnu.",
    }
    return pack.with_brought(LAYER, sites, papers), [line for _, told, _ in read for line in told]


def offer_digest(text: str) -> str:
    """Return the hash of the files that an offer names, companions included.

    Parameters
    ----------
    text : « FILE;by=… ».

    Returns
    -------
    64 hexadecimal digits; empty when the file cannot be one, which its reader will say.
    """
    try:
        specimen = examine_for(text.split(";")[0].strip(), OPTION)
    except SitingError:
        return ""
    return digest_of_files([specimen.path, *specimen.beside])


def _read(text: str, pack: Pack) -> tuple[gpd.GeoDataFrame, list[str], tuple[Path, ...]]:
    offer = SitesOffer.parse(text)
    table = read_table(
        offer.file, OPTION, crs=offer.crs, encoding=offer.encoding, sublayer=offer.sublayer
    )
    sites, told = _sites(offer, table, pack)
    return sites, told, table.digest_of


def _sites(offer: SitesOffer, table: FrenchTable, pack: Pack) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Hold a table to what a site needs: a place and an area; the rest may be unknown."""
    name = Path(offer.file).name
    headings = {
        ours: Heading(h.label_fr, h.kind, (offer.columns[ours], *h.names))
        if ours in offer.columns
        else h
        for ours, h in HEADINGS.items()
    }
    read = taken(table, headings)
    _refuse_bare_area(offer.file, read)
    if not isinstance(table.rows, gpd.GeoDataFrame):
        raise SitingError(
            "SIT101", "rien ne dit où sont les sites", where=offer.file,
            hint="colonnes attendues : lon et lat (degrés), x et y (Lambert-93), geo_point_2d ou "
            "wkt",
        )  # fmt: skip
    shapes = in_lambert(table.rows, offer.file)
    cells = read.table
    status, strange = _worded(cells["status"], STATUSES, table, read, "status")
    zone, odd = _worded(cells["plu_zone"], ZONES, table, read, "plu_zone", keeps=True)
    drawn = np.isin(shapely.get_type_id(shapes.values), (3, 6))
    shapes = shapes.copy()
    shapes[drawn] = polygons_of(shapes[drawn])
    written_m2 = cells["area_m2"].where(cells["area_m2"].notna(), cells["area_ha"] * 1e4)
    area = written_m2.where(~drawn, pd.Series(shapely.area(shapes.values), cells.index))
    faults = [*strange, *_faults(table, read, shapes, area, cells)]
    refuse_unread(offer.file, read, *faults)
    points = shapes.where(~drawn, shapes.representative_point())
    points = gpd.GeoSeries(shapely.centroid(points.values), cells.index, crs=CRS)
    sites = gpd.GeoDataFrame(
        {
            "site_id": _identifiers(cells["site_id"], table, Path(offer.file).stem),
            "name": cells["name"],
            "kind": cells["kind"].fillna("inconnu"),
            "area_m2": area.round(1),
            "written_m2": written_m2,
            "commune_code": cells["commune_code"],
            "plu_zone": zone.fillna("inconnue"),
            "artificialised": cells["artificialised"],
            "status": status.fillna("inconnu"),
            "heat_gwh": cells["heat_gwh"],
            "brought_fr": cells["brought_by"].fillna(offer.by or "l'utilisateur"),
            "file": name,
            "place_fr": [table.place(row) for row in cells.index],
            "outline": [shape if is_drawn else None for shape, is_drawn in
                        zip(shapes.values, drawn, strict=True)],
        },
        geometry=points, crs=CRS,
    )  # fmt: skip
    sites, told = _in_territory(sites, pack, name)
    if sites.empty:
        raise SitingError(
            "SIT102", "aucun site n'est dans le territoire", where=offer.file,
            hint="vérifiez le système de coordonnées : crs=EPSG:2154 pour des mètres, "
            "EPSG:4326 pour des degrés",
        )  # fmt: skip
    return sites, [*_said(sites, name), *told, *odd, *told_fr(name, read)]


def _refuse_bare_area(file: str, read: Taken) -> None:
    """Refuse « surface » without a unit: hectares and square metres are ten thousand apart."""
    has = {"area_ha", "area_m2"} & set(read.headings)
    if "bare_area" in read.headings and not has:
        column = read.headings["bare_area"]
        raise SitingError(
            "SIT101", f"« {column} » ne dit pas son unité", where=file,
            hint="renommez la colonne en surface_ha ou surface_m2, ou donnez "
            f"columns=area_ha:{column}",
        )  # fmt: skip


def _worded(
    cells: pd.Series, words: Mapping[str, str], table: FrenchTable, read: Taken, column: str,
    *, keeps: bool = False,
) -> tuple[pd.Series, list[Any]]:  # fmt: skip
    """Return words as we write them; a stranger is a fault, or is told and unknown."""
    plain = cells.str.casefold().str.strip()
    found = plain.map(words)
    if keeps:  # « UX », « UYa », « 1AUx »: the letters before the rest say the zone
        short = plain.str.extract(r"^(\d?au|u|a|n)", expand=False)
        found = found.fillna(short.map(words))
    lost = found.isna() & ~plain.fillna("inconnu").isin(["inconnu", "inconnue"])
    heading = read.headings.get(column, column)
    if keeps:
        told = [
            f"{Path(table.file).name}, {table.place(row)}{NARROW}: zone «{NO_BREAK}{cells[row]}"
            f"{NO_BREAK}» inconnue, tenue pour non évaluée."
            for row in cells[lost].index
        ]
        return found, told
    expected = "libre, occupé, avec projet ou sans projet"
    return found, [
        Unread(heading, int(table.lines[row]), str(cells[row]), expected)
        for row in cells[lost].index
    ]


def _faults(
    table: FrenchTable, read: Taken, shapes: gpd.GeoSeries, area: pd.Series, cells: pd.DataFrame
) -> list[Unread]:
    """Return what no site may be: without a place, without an area, with a name too long."""
    absent = shapes.isna() | shapes.is_empty
    heading = read.headings.get("area_ha") or read.headings.get("area_m2") or "surface_ha"
    bad = ~((area > 0) & (area <= LARGEST_M2)) & ~absent
    long = cells["site_id"].str.len().fillna(0) > LONGEST_ID
    written = cells["area_ha"].where(cells["area_ha"].notna(), cells["area_m2"])
    seen = {(fault.line, fault.column) for fault in read.unread}
    found = [
        *(("lieu", row, "", "un lieu (lon et lat, x et y ou un contour)")
          for row in area[absent].index),
        *((heading, row, "" if pd.isna(written[row]) else f"{written[row]:g}",
           "une surface positive, de 10 000 ha au plus") for row in area[bad].index),
        *(("site_id", row, str(cells["site_id"][row])[:40] + "…",
           f"un identifiant de {LONGEST_ID} signes au plus") for row in area[long].index),
    ]  # fmt: skip
    faults = [
        Unread(column, int(table.lines[row]), value, expected)
        for column, row, value, expected in found
    ]
    return [fault for fault in faults if (fault.line, fault.column) not in seen]


def _identifiers(cells: pd.Series, table: FrenchTable, stem: str) -> pd.Series:
    """Return identifiers as written; a site without one is named by its file and its line."""
    numbered = pd.Series([f"{stem}-{table.lines[row]}" for row in cells.index], cells.index)
    return cells.fillna(numbered).astype("str")


def _in_territory(
    sites: gpd.GeoDataFrame, pack: Pack, name: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Give each site the commune it stands in; one that stands in none is left out, and told."""
    under = code_under(sites.geometry, pack.table("communes"), "commune_code")
    known = set(pack.table("communes")["commune_code"])
    named = sites["commune_code"]
    away = under.isna()
    sites["position_state"] = np.where(
        named.isna() | (named == under), "dans la commune nommée", "hors de la commune nommée"
    )
    sites["commune_code"] = under.where(under.notna(), named)
    told = [
        f"{name}{NARROW}: {row.site_id} n'est dans aucune commune du territoire, laissé de côté "
        f"({row.place_fr})."
        for row in sites[away].itertuples()
    ]
    wrong = sorted(set(named.dropna()) - known)
    if wrong:
        told.append(f"{name}{NARROW}: code de commune absent du lot, {listing(wrong[:5])}.")
    return sites[~away].reset_index(drop=True), told


def _said(sites: gpd.GeoDataFrame, name: str) -> list[str]:
    drawn = sites["outline"].notna()
    hectares = quantity(float(sites["area_m2"].sum()) / 1e4, "ha", 1)
    head = f"{name}{NO_BREAK}: {plural(len(sites), 'site apporté', 'sites apportés')}, {hectares}"
    other = drawn & ((sites["written_m2"] / sites["area_m2"] - 1).abs() > 0.05)
    told = [
        f"{name}{NARROW}: le contour de {row.site_id} mesure {quantity(row.area_m2 / 1e4, 'ha', 2)}"
        f" et compte seul{NARROW}; {quantity(row.written_m2 / 1e4, 'ha', 2)} sont écrits."
        for row in sites[other].itertuples()
    ]
    measured = plural(int(drawn.sum()), "mesuré sur son contour", "mesurés sur leur contour")
    return [f"{head}, dont {measured}." if drawn.any() else f"{head}.", *told]


def _refuse_twice(sites: gpd.GeoDataFrame) -> None:
    again = sites[sites["site_id"].duplicated(keep=False)].sort_values("site_id")
    if again.empty:
        return
    first = again[again["site_id"] == again["site_id"].iloc[0]]
    where = [f"{row.file}, {row.place_fr}" for row in first.itertuples()]
    raise SitingError(
        "SIT105", f"deux sites ont le même identifiant « {first['site_id'].iloc[0]} »",
        where=" et ".join(where[:4]),
        hint="donnez à chacun le sien ; deux qui diffèrent d'un signe sont distincts",
    )  # fmt: skip
