"""Putting what was fetched into a pack: the former pack, with each fetched layer in its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import geopandas as gpd
import pandas as pd

from layers.contracts.catalogue import Catalogue, Entry, catalogue_text
from layers.contracts.contract import LAYERS, ReportLine
from layers.fetch.fetch_manifest import Arrival
from layers.fetch.official_services import Service
from layers.fetch.partial_fetch import elsewhere, together
from layers.packs.data_pack import Pack
from layers.packs.pack_building import BuildReport, in_order, tidy_layer, write_layer
from layers.packs.stable_writers import write_report
from layers.words.errors import SitingError
from layers.words.french import listing, number
from layers.words.territory_paper import Territory

# Layers of outlines where what is outside is outside, and not merely without an outline.
ZONE_KEYS = ("zone_id", "reserve_id", "park_id")
_NOTHING = pd.DataFrame()
PLACES = "grid/postes_electriques_rte_lot.csv"


@dataclass
class Tables(Mapping[str, pd.DataFrame]):
    """The layers a tidy function may need: those just made, else those of the former pack."""

    base: Pack
    made: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.made[name] if name in self.made else self.base.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in LAYERS if name in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self.made or (isinstance(name, str) and self.base.has(name))


def merge(
    base: Pack,
    aside: Path,
    territory: Territory,
    arrivals: Sequence[Arrival],
    known: Mapping[str, Service],
    allow_fewer: Sequence[str] = (),
) -> BuildReport:
    """Write into a staging folder the former pack and the fetched layers.

    Parameters
    ----------
    base : the pack completed; it is not touched.
    aside : the staging folder, with the exports landed in ``exports``.
    territory : what they were asked for; elsewhere, rows of the former pack are kept.
    arrivals : the products landed.
    known : services by name.
    allow_fewer : layers that may lose rows.

    Returns
    -------
    What was done, layer by layer, and the new catalogue.

    Raises
    ------
    SitingError : SIT111 when a fetched layer cannot be made, SIT112 when a whole one has fewer rows
        than the former's band, and what tidying and writing raise.
    """
    exports = aside / "exports"
    _copy(base, aside)
    _keep_places(base, exports)
    report = BuildReport(aside)
    tables = Tables(base)
    entries: Catalogue = dict(base.catalogue)
    wanted = {layer for arrival in arrivals for layer in arrival.product.layers}
    for name in in_order():
        if name not in wanted:
            continue
        tidied = tidy_layer(LAYERS[name], exports, tables, territory, report)
        if tidied is None:
            text = f"la couche « {LAYERS[name].label_fr} » n'a pas pu être faite"
            raise SitingError("SIT111", text, where=str(exports), hint=report.lines[-1].why_fr)
        if isinstance(tidied.content, pd.DataFrame):
            kept = elsewhere(base, name, territory) if _by_place(name, arrivals) else _NOTHING
            tidied = replace(tidied, content=together(LAYERS[name], tidied.content, kept))
            tables.made[name] = cast("pd.DataFrame", tidied.content)
            why = "hors du territoire demandé, reprise du lot de départ"
            report.lines.append(ReportLine(name, "kept", len(kept), why))
        entry = write_layer(LAYERS[name], tidied, aside, dict(base.catalogue), territory)
        mine = [arrival for arrival in arrivals if name in arrival.product.layers]
        _refuse_fewer(base.entry(name), entry, territory, allow_fewer)
        entries[name] = _papers(base.entry(name), entry, mine, known, territory)
    report.catalogue = entries
    (aside / "catalogue.toml").write_text(catalogue_text(entries.values()), encoding="utf-8")
    write_report(report.lines, aside / "build_report.csv")
    return report


def _by_place(layer: str, arrivals: Sequence[Arrival]) -> bool:
    """Say whether a layer was asked for the territory alone; a national file has the rest too."""
    mine = [arrival.product for arrival in arrivals if layer in arrival.product.layers]
    return not any(product.options.get("national") for product in mine)


def _copy(base: Pack, aside: Path) -> None:
    for entry in base.catalogue.values():
        if entry.present:
            shutil.copyfile(base.path(entry.name), aside / entry.file)


def _keep_places(base: Pack, exports: Path) -> None:
    """Write the positions the pack has for yards: the live export no longer gives any.

    A post with transformers has its own, which its yard's stands in for otherwise.
    """
    if not base.has("yards"):
        return
    yards = base.table("yards")
    yards = gpd.GeoDataFrame(yards.assign(code_poste=yards["codes"].str.split("|")))
    rows = yards.explode("code_poste")[["code_poste", "geometry"]].drop_duplicates("code_poste")
    if base.has("source_substations"):
        posts = base.table("source_substations").set_index("zone_id").geometry
        own = gpd.GeoSeries(rows["code_poste"].map(posts), crs=yards.crs)
        rows["geometry"] = own.where(own.notna(), rows["geometry"])
    degrees = gpd.GeoSeries(rows["geometry"], crs=yards.crs).to_crs("EPSG:4326")
    table = pd.DataFrame(
        {"code_poste": rows["code_poste"], "longitude": degrees.x, "latitude": degrees.y}
    ).round(6)
    path = exports / PLACES
    path.parent.mkdir(parents=True, exist_ok=True)
    table.sort_values("code_poste").to_csv(path, index=False, lineterminator="\n")


def _refuse_fewer(
    former: Entry, entry: Entry, territory: Territory, allow_fewer: Sequence[str]
) -> None:
    """Refuse a layer thinner than what its producer is known to publish."""
    if entry.name in allow_fewer or not territory.whole or former.rows_band is None:
        return
    low = former.rows_band[0]
    if entry.rows < low:
        raise SitingError(
            "SIT112",
            f"« {entry.title} » : {number(entry.rows)} lignes, {number(low)} au moins attendues",
            where=entry.url or entry.file,
        )


def _papers(
    former: Entry,
    entry: Entry,
    arrivals: Sequence[Arrival],
    known: Mapping[str, Service],
    territory: Territory,
) -> Entry:
    services = [known[arrival.product.service] for arrival in arrivals]
    days = sorted(arrival.received_on[:10] for arrival in arrivals)
    caveat = f"Téléchargée le {_day(days[-1])} ({listing(_distinct(services))})."
    notes = [note for arrival in arrivals for note in arrival.notes_fr]
    notes += [text for arrival in arrivals if (text := arrival.product.options.get("caveat_fr"))]
    kind = LAYERS[entry.name]
    outline = kind.geometry == "Polygon" and kind.key[0] in ZONE_KEYS
    # The service gave all it has in the rectangle, counted: nothing found there is nothing there.
    everywhere = ("*",) if territory.whole else tuple(territory.departements)
    if not territory.whole and former.present:
        everywhere = tuple(sorted({*everywhere, *former.complete_in}))
    return entry.model_copy(
        update={
            "title": kind.label_fr,
            "state": "fetched",
            "kind": "official",
            "vintage": f"reçue le {_day(days[-1])}",
            "producer": former.producer,
            "licence": services[0].licence,
            "url": services[0].url,
            "rows_band": None,
            "complete_in": everywhere if outline else (),
            "caveat_fr": " ".join([caveat, *(f"{note[0].upper()}{note[1:]}." for note in notes)]),
            "defects_fr": "",
        }
    )


def _distinct(services: Sequence[Service]) -> list[str]:
    return list(dict.fromkeys(f"{one.label_fr}, {one.verified_fr}" for one in services))


def _day(text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}"
