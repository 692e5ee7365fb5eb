"""Source substations: where HTB/HTA transformers stand, as Caparéseau and the distributors say."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import LAYERS, Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number, points_from, region_of
from layers.opening.contract_fitting import admit
from layers.sources.common_shapes import ZONE_ID
from layers.sources.yards import PLACE, from_odre
from layers.words.territory_paper import CRS

# The distributors' transformers only: every capacity column of this export speaks of injection.
TRANSFORMERS = {"GRD1_TRE": "GRD1_PTRE", "GRD2_TRE": "GRD2_PTRE"}
CAPARESEAU = ("Code", "Nom", *TRANSFORMERS, *TRANSFORMERS.values())


@layer(
    "source_substations",
    label_fr="Postes sources",
    theme="Réseau électrique",
    key=("zone_id",),
    geometry="Point",
    columns={
        "zone_id": ZONE_ID,
        "name": Column("Nom", nullable=True, kind="text", aliases=("nom_ps", "nom")),
        "operator": Column("Gestionnaire", nullable=True, kind="text", aliases=("nom_grd",)),
        "yard_id": Column("Poste RTE du lot", nullable=True, kind="text", aliases=("code_poste",)),
        "transformers": Column("Transformateurs HTB/HTA", "1", nullable=True, kind="number"),
        "installed_mva": Column("Puissance installée", "MVA", nullable=True, kind="number"),
        "is_source": Column(
            "Des transformateurs HTB/HTA y sont comptés : yes ou no", nullable=True
        ),
    },
    exports={
        "posts": (
            Export("grid/postes_capareseau_*_france.csv.gz", CAPARESEAU, separator=";"),
            Export("grid/postes-source*.geojson"),
        ),
        "rows": Export(
            "grid/postes-electriques-rte*.csv", separator="", adapt=from_odre, optional=True
        ),
        "places": Export(
            "grid/postes_electriques_rte_*.csv", ("code_poste", *PLACE), optional=True
        ),
    },
    needs=("communes", "yards"),
)
def tidy(raw: Raw) -> Tidied:
    """Place each post listed where RTE says; two distributors' transformers add up.

    A yard is several posts within 300 m: a line must end at the one that has transformers, so a
    post keeps its own point, and its yard's only when its own is unknown.
    """
    source = raw.exports["posts"]
    if "GRD1_TRE" not in source:  # a distributor's own points
        region = region_of(raw.layers["communes"])
        where = "exports de la couche « Postes sources »"
        margin = raw.territory.margin_km
        return admit(
            LAYERS["source_substations"], source, where=where, region=region, margin_km=margin
        )
    listed = source.iloc[1:].assign(Code=source["Code"].str.strip())  # row 1 holds long labels
    yards = raw.layers["yards"].set_index("yard_id")
    yard_of = {code: yard for yard, codes in yards["codes"].items() for code in codes.split("|")}
    here = listed[listed["Code"].isin(list(yard_of))].drop_duplicates("Code").sort_values("Code")
    count, mva = (
        pd.concat([number(here[name]) for name in names], axis=1).sum(axis=1, min_count=1)
        for names in (TRANSFORMERS, TRANSFORMERS.values())
    )
    has = (count > 0) | (mva > 0)
    yard = here["Code"].map(yard_of)
    table = gpd.GeoDataFrame(
        {
            "zone_id": here["Code"],
            "name": here["Nom"],
            "operator": None,
            "yard_id": yard,
            "transformers": count,
            "installed_mva": mva.where(mva > 0),
            "is_source": has.map({True: "yes", False: "no"}),
        },
        geometry=_own_points(here["Code"], yard.map(yards.geometry), raw),
        crs=CRS,
    )
    blank = has & ~(mva > 0)
    return Tidied(
        table.reset_index(drop=True),
        report_of(
            "source_substations",
            ("kept", int(has.sum()), "poste source : transformateurs HTB/HTA comptés ou puissants"),
            ("unknown", int(blank.sum()), "poste source dont la puissance installée manque"),
            ("kept", int((~has).sum()), "poste listé sans transformateur HTB/HTA"),
            ("dropped", len(listed) - len(here), "poste sans poste RTE du territoire à ce code"),
        ),
    )


def _own_points(codes: pd.Series, of_yards: pd.Series, raw: Raw) -> gpd.GeoSeries:
    """Return the point that RTE gives each code, its yard's where it gives none."""
    told = [raw.exports[name] for name in ("rows", "places") if raw.exports.get(name) is not None]
    points = gpd.GeoSeries(of_yards, crs=CRS)
    if not told:
        return points
    known = pd.concat([each[["code_poste", *PLACE]] for each in told]).dropna()
    known = known.drop_duplicates("code_poste")
    own = points_from(known["longitude"], known["latitude"]).set_axis(known["code_poste"])
    found = gpd.GeoSeries(codes.map(own), crs=CRS)
    return found.where(found.notna(), points)
