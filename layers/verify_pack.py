"""Verifying a pack: hashes and contracts, then counts and areas against published figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contracts.catalogue import Entry
from layers.contracts.contract import LAYERS
from layers.fetch.landed_counts import Recount, recounts
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import number, plural


@dataclass(frozen=True)
class Check:
    """One published figure and what the pack gives: ``state`` is juste, écart or non évalué."""

    name: str
    label_fr: str
    layer: str
    expected: float
    found: float | None
    unit: str
    tolerance: float
    reference: str
    why_fr: str = "couche absente"

    @property
    def state(self) -> str:
        """Return how the figure compares."""
        if self.found is None:
            return "non évalué"
        return "juste" if abs(self.found - self.expected) <= self.tolerance else "écart"

    @property
    def text_fr(self) -> str:
        """Write the check for a terminal."""
        found = self.why_fr if self.found is None else self._written(self.found)
        return (
            f"{self.state} : {self.label_fr} — {found}, publié "
            f"{self._written(self.expected)} ({self.reference})"
        )

    def _written(self, value: float) -> str:
        digits = 0 if float(value).is_integer() else 1
        return f"{number(value, digits)} {self.unit}".strip()


@dataclass
class Verification:
    """What a verification found: faults of files, figures, and what is known where."""

    faults: list[SitingError]
    checks: list[Check] = field(default_factory=list)
    known: pd.DataFrame = field(default_factory=pd.DataFrame)

    def lines_fr(self) -> list[str]:
        """Write the verification for a terminal.

        Returns
        -------
        Lines in French: faults of files, figures, then what is known by département.
        """
        head = [f"défaut : {fault.message} ({fault.where})" for fault in self.faults]
        head = head or ["fichiers : présents, inchangés, conformes à leur contrat"]
        figures = [check.text_fr for check in self.checks]
        rows = [
            f"{row['departement_code']} {row['name']} : {plural(row['brownfields'], 'friche')} "
            f"dont {number(row['verified'])} vérifiées, {number(row['per_1000_km2'], 1)} "
            f"pour 1 000 km² ; "
            f"couches complètes : {row['complete_fr'] or 'aucune'}"
            for row in self.known.to_dict("records")
        ]
        return [*head, *figures, "Ce que l'on sait où :", *rows]

    def to_json(self) -> dict[str, Any]:
        """Return the verification as one document.

        Returns
        -------
        A document for JSON.
        """
        return {
            "schema_version": 1,
            "faults": [
                {"code": f.code, "message": f.message, "where": f.where} for f in self.faults
            ],
            "checks": [{**asdict(check), "state": check.state} for check in self.checks],
            "known_where": self.known.to_dict("records"),
        }


def verify(pack: Pack) -> Verification:
    """Check a pack's files, then its figures; a figure that differs is told, never hidden.

    Parameters
    ----------
    pack : the pack.

    Returns
    -------
    Faults alone when a file is wrong: its figures would mean nothing.
    """
    faults = pack.verify()
    if faults:
        return Verification(faults)
    checks = [_check(name, body, pack) for name, body in sorted(pack.checks().items())]
    try:
        checks += [_recounted(one) for one in recounts(pack.folder)]
    except SitingError as fault:
        return Verification([fault])
    return Verification(faults, checks, known_where(pack))


def _check(name: str, body: Mapping[str, Any], pack: Pack) -> Check:
    layer, measure = body["layer"], body["measure"]
    found = None
    partly = pack.has(layer) and _partly_fetched(pack.entry(layer))
    if pack.has(layer) and not partly:
        found = measured(pack, layer, measure, body.get("where", {}))
    return Check(
        name=name,
        label_fr=body["label_fr"],
        layer=layer,
        expected=float(body["expected"]),
        found=found,
        unit=body.get("unit", ""),
        tolerance=float(body.get("tolerance", 0.0)),
        reference=body["reference"],
        why_fr="téléchargée pour une partie du territoire" if partly else "couche absente",
    )


def _partly_fetched(entry: Entry) -> bool:
    """Say whether a fetched layer has only some départements: the whole's figures do not apply."""
    return entry.state == "fetched" and bool(entry.complete_in) and "*" not in entry.complete_in


def _recounted(one: Recount) -> Check:
    return Check(
        name=one.product,
        label_fr=one.label_fr,
        layer=one.layer,
        expected=float(one.announced),
        found=float(one.found),
        unit="",
        tolerance=0.0,
        reference=one.reference,
    )


def measured(pack: Pack, layer: str, measure: str, where: Mapping[str, Any]) -> float:
    """Return a measure of a layer.

    Parameters
    ----------
    pack : where the layer is read.
    layer : the layer's name.
    measure : rows, distinct:COLUMN, sum:COLUMN, or area_km2 on the territory's land.
    where : keeps the rows whose column equals a value, or is at least one (« COLUMN>= »).

    Returns
    -------
    The number; rows of a layer of outlines are those of the territory, not of its margin.

    Raises
    ------
    SitingError : what reading the layer raises.
    """
    table = pack.table(layer)
    for column, value in where.items():
        least = column.endswith(">=")
        values = table[column.removesuffix(">=")]
        table = table[values >= value if least else values == value]
    kind, _, column = measure.partition(":")
    if kind == "distinct":
        return float(table[column].nunique())
    if kind == "sum":
        return float(table[column].sum())
    if kind == "area_km2":
        return _land_area_km2(pack, table)
    if "zone_id" in table and LAYERS[layer].geometry == "Polygon":
        return float(_of_the_territory(pack, table))
    return float(len(table))


def _of_the_territory(pack: Pack, zones: gpd.GeoDataFrame) -> int:
    """Count the outlines of the territory: on its ground, or at sea and on no neighbour's ground.

    A layer keeps those of its margin too, which the published figures do not count.
    """
    shapes = zones.geometry.to_numpy()
    ours = shapely.STRtree(pack.table("communes").geometry.to_numpy())
    theirs = shapely.STRtree(pack.held("neighbours").geometry.to_numpy())
    on_ours = np.unique(ours.query(shapes, predicate="intersects")[0])
    on_theirs = np.unique(theirs.query(shapes, predicate="intersects")[0])
    return len(on_ours) + len(shapes) - len(np.union1d(on_ours, on_theirs))


def _land_area_km2(pack: Pack, table: gpd.GeoDataFrame) -> float:
    """Return the area of a layer within the communes, overlaps counted once."""
    united = shapely.union_all(table.geometry.to_numpy())
    shapely.prepare(united)
    parts = shapely.intersection(pack.table("communes").geometry.to_numpy(), united)
    return round(float(shapely.area(parts).sum()) / 1e6, 1)


def known_where(pack: Pack) -> pd.DataFrame:
    """Return what is known in each département, so that an empty one is not read as « no site ».

    Parameters
    ----------
    pack : the pack; without brownfields, counts are 0.

    Returns
    -------
    Columns: departement_code, name, area_km2, brownfields, verified, one_observatory, per_1000_km2,
    verified_per_1000_km2, complete_fr (outlines known to be all there).
    """
    places = pack.table("departements").sort_values("departement_code").reset_index(drop=True)
    sites = pack.held("brownfields")
    code = sites["commune_code"].map(_departement)
    seen = sites["status_is_verified"].astype(bool)
    table = pd.DataFrame(
        {
            "departement_code": places["departement_code"],
            "name": places["name"],
            "area_km2": (places.area / 1e6).round(0),
            "brownfields": _count(places, code),
            "verified": _count(places, code[seen]),
            "one_observatory": _count(places, code[_local(sites)]),
        }
    )
    for count, share in (("brownfields", "per_1000_km2"), ("verified", "verified_per_1000_km2")):
        table[share] = (1000.0 * table[count] / table["area_km2"]).round(1)
    table["complete_fr"] = _complete(pack, places["departement_code"])
    return table


def _departement(commune: object) -> str:
    text = str(commune)
    return text[:3] if text.startswith("97") else text[:2]


def _local(sites: pd.DataFrame) -> pd.Series:
    return pd.Series(sites["source_kind"].str.startswith("observatoire local"), dtype=bool)


def _count(places: pd.DataFrame, codes: pd.Series) -> pd.Series:
    return places["departement_code"].map(codes.value_counts().to_dict()).fillna(0).astype(int)


def _complete(pack: Pack, codes: pd.Series) -> list[str]:
    outlines = sorted(
        (pack.entry(name).title, pack.entry(name).complete_for(codes).to_numpy())
        for name in LAYERS
        if pack.has(name) and LAYERS[name].geometry == "Polygon" and pack.entry(name).complete_in
    )
    return [
        ", ".join(title for title, known in outlines if known[row]) for row in range(len(codes))
    ]
