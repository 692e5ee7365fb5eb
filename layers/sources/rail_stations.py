"""Railway stations and freight yards: where one stands, land beside it is seldom idle."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, points_from, region_of
from layers.words.territory_paper import CRS


@layer(
    "rail_stations",
    label_fr="Gares et cours de marchandises",
    theme="Transports",
    key=("station_id",),
    geometry="Point",
    odbl=True,
    columns={
        "station_id": Column("Code UIC"),
        "name": Column("Nom"),
        "takes_passengers": Column("Gare de voyageurs"),
        "takes_freight": Column("Gare ou cour de marchandises"),
    },
    exports={
        "stations": Export(
            "transport/sncf_liste_gares_*.csv",
            ("code_uic", "libelle", "fret", "voyageurs", "lon", "lat"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep one row a station: the export repeats it for each line that serves it."""
    source = raw.exports["stations"]
    flags = source.assign(
        takes_passengers=source["voyageurs"] == "O", takes_freight=source["fret"] == "O"
    )
    kept = flags.groupby("code_uic")[["takes_passengers", "takes_freight"]].any()
    first = source.drop_duplicates("code_uic").set_index("code_uic").sort_index()
    table = gpd.GeoDataFrame(
        {
            "station_id": first.index,
            "name": first["libelle"].to_numpy(),
            "takes_passengers": kept["takes_passengers"].reindex(first.index).to_numpy(),
            "takes_freight": kept["takes_freight"].reindex(first.index).to_numpy(),
        },
        geometry=points_from(first["lon"], first["lat"]).to_numpy(),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    return Tidied(
        table[inside].reset_index(drop=True),
        report_of(
            "rail_stations",
            ("kept", int(inside.sum()), "gare, avec celles de la marge du territoire"),
            ("merged", len(source) - len(first), "gare répétée : une ligne par voie ferrée"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
