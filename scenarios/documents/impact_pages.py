"""Pages about footprints, engendered from the pack's weather: method, validation, BXIA, NetCDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import xarray as xr

import impacts
from impacts import validation
from impacts.cooling import TECHNOLOGIES
from impacts.footprints import netcdf_conventions
from impacts.footprints.project_footprint import project_table
from impacts.uncertainty import uncertainty_page as doubt
from impacts.validation import method_page
from impacts.weather.station_weather import hourly
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value, in_force, read_parameters
from layers.words.french import NO_BREAK, number
from scenarios.question.program_settings import SCREENING
from scenarios.question.scenario_model import HeatPart
from scenarios.site_evidence.heat_sinks_held import sinks_held
from siting.screening import candidates

_MADE = "Page engendrée par `make docs` ; ne pas la corriger à la main."
_PROJECT = "bxia"


def pages(pack: Pack, day: date) -> dict[str, str]:
    """Return the pages by file name; takes about five seconds.

    Parameters
    ----------
    pack : gives the weather, the project and the networks.
    day : values in force that day.

    Returns
    -------
    Texts in Markdown by file name.
    """
    stations = hourly(pack.weather())
    factors = impacts.factors(day)
    project = pack.projects()[_PROJECT]
    site = site_of(pack, project)
    return {
        "methode.md": method_page.page(day),
        "validation.md": validation.page(stations, day),
        "incertitude.md": doubt.page(site, stations, factors, project["label_fr"]),
        "bxia.md": bxia(pack, stations, factors),
        "impacts-nc.md": netcdf(pack, stations, factors),
    }


def bxia(pack: Pack, stations: xr.Dataset, factors: Mapping[str, Value]) -> str:
    """Return the page that holds the announced project against the tool's figures.

    Parameters
    ----------
    pack : declares the project, its commune and its neighbours' networks.
    stations : hourly years, from ``impacts.weather.station_weather.hourly``.
    factors : constants of the footprints, by name.

    Returns
    -------
    A page in Markdown.
    """
    project = pack.projects()[_PROJECT]
    it_mw = max(project["it_mw"].values())
    site = site_of(pack, project)
    figures = impacts.footprint(site, list(TECHNOLOGIES), stations, factors, density="campus").isel(
        site_id=0
    )
    demand, sinks = heat_in_reach(pack, site, factors)
    table = project_table(figures, it_mw, demand.sum("sink_id").to_numpy(), factors)
    delivered_gwh = sum(sinks.values()) / 1000
    lines = [*_head(project, it_mw, table), *_rows(table, figures)]
    lines += _heat_lines(table, delivered_gwh, demand)
    return "\n".join(lines) + "\n"


def site_of(pack: Pack, project: Mapping[str, Any]) -> pd.DataFrame:
    """Return a project as a site table of one row, located as candidates are.

    Parameters
    ----------
    pack : gives communes, sectors, basins and heights.
    project : ``label_fr``, ``commune_code``, ``x_m`` and ``y_m`` (Lambert-93, metres).

    Returns
    -------
    One row, index ``site_id``, no geometry: ``x_m``, ``y_m``, ``elevation_m`` and the joined
    places.
    """
    site = gpd.GeoDataFrame(
        {
            "name": [project["label_fr"]],
            "commune_code": [project["commune_code"]],
            "is_brownfield": [False],
        },
        geometry=gpd.points_from_xy([project["x_m"]], [project["y_m"]]),
        index=pd.Index([_PROJECT], name="site_id"),
        crs="EPSG:2154",
    )
    site = candidates.locate(
        site,
        pack.table("communes"),
        pack.table("departements"),
        pack.table("sectors"),
        pack.table("aware_basins"),
        in_force(read_parameters(SCREENING), date.max),
    )
    site["elevation_m"] = pack.sample("elevation", site.geometry)
    flat = pd.DataFrame(site.drop(columns="geometry"))
    return flat.assign(x_m=float(project["x_m"]), y_m=float(project["y_m"]))


def heat_in_reach(
    pack: Pack, site: pd.DataFrame, factors: Mapping[str, Value]
) -> tuple[xr.DataArray, dict[str, float]]:
    """Return what the networks around could take, by hour, and the MWh each delivers.

    Parameters
    ----------
    pack : gives deliveries, hourly profiles and communes.
    site : from ``site_of``.
    factors : constants of the footprints, by name.

    Returns
    -------
    The demand at the source, dims (sink_id, hour), in MW; and MWh delivered a year by sink.
    """
    held = sinks_held(pack, HeatPart(), factors)
    gwh = held.table.set_index("sink_id")["delivered_gwh"]
    links = candidates.heat_links(site, pack.table("communes"), gwh)
    near = sorted(set(links["sink_id"]) & set(held.demand["sink_id"].to_numpy().tolist()))
    return held.demand.sel(sink_id=near), {sink: 1000.0 * float(gwh[sink]) for sink in near}


def _head(project: Mapping[str, Any], it_mw: float, table: pd.DataFrame) -> Iterator[str]:
    first = _of(table, "dlc_dry")
    published = [
        ("Puissance informatique", f"{number(it_mw)} MW", f"{number(it_mw)} MW (donnée)"),
        ("Raccordement", f"{number(project['grid_mw'])} MW", _mw(first["connection_mw"])),
        ("Emprise", f"{number(project['land_ha'])} ha", f"{number(first['land_ha'])} ha"),
        ("Énergie", "non publiée", f"{number(first['energy_gwh'] / 1000, 2)} TWh/an"),
        ("Eau apportée", "non publiée", f"{_rounded(first['water_m3'])} m³/an"),
        ("Groupes de secours", "non publiés", _mw(first["engines_mw"])),
        ("Chaleur valorisée", "non annoncée", f"{number(first['heat_useful_gwh'])} GWh/an au plus"),
    ]
    yield from (f"# {project['label_fr']} : ce que l'outil calcule, ce qui est publié", "")
    yield from (_MADE, "")
    yield f"Source des chiffres publiés{NO_BREAK}: {project['reference']}. {project['caveat_fr']}"
    yield from (
        "",
        "| grandeur | publié | ici, refroidissement liquide sec |",
        "| --- | --- | --- |",
    )
    yield from (f"| {name} | {said} | {ours} |" for name, said, ours in published)
    yield ""
    yield "Charge moyenne 0,7, équipement neuf, emprise d'un campus dense, météo de 2015 à 2019."
    yield "Le raccordement publié (1,52 MW par MW informatique) dépasse notre plancher (1,35) : le"
    yield "projet réserve plus que la pointe calculée."
    yield ""


def _of(table: pd.DataFrame, design: str) -> dict[str, float]:
    return {str(name): float(table[name][design]) for name in table.columns}


def _rounded(value: float) -> str:
    """Three figures are what these deserve."""
    return number(float(f"{value:.3g}"), 1 if value < 100 else 0)


def _mw(value: float) -> str:
    return f"{number(value)} MW"


def _rows(table: pd.DataFrame, figures: xr.Dataset) -> Iterator[str]:
    labels = figures["design_fr"].to_series()
    yield from ("## Par technologie", "")
    yield (
        "| technologie | PUE | énergie (GWh) | eau apportée (m³) | jour de pointe (m³) | "
        "eau hors site (m³) | raccordement (MW) | NOx (t) | carbone (kt) |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in table.reset_index().to_dict("records"):
        cells = [
            str(labels[row["design"]]),
            number(row["pue"], 2),
            number(row["energy_gwh"]),
            _rounded(row["water_m3"]),
            _rounded(row["peak_day_m3"]),
            _rounded(row["offsite_water_m3"]),
            number(row["connection_mw"]),
            number(row["nox_t"], 1),
            number(row["carbon_kt"]),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield "Le jour de pointe compte l'eau prélevée ; celle de la rivière y retourne, tiédie."
    yield ""


def _heat_lines(table: pd.DataFrame, delivered_gwh: float, demand: xr.DataArray) -> Iterator[str]:
    first = _of(table, "dlc_dry")
    peak = float(demand.sum("sink_id").max())
    yield from ("## Chaleur : ce que les réseaux voisins peuvent prendre", "")
    yield f"Réseaux de la commune et des communes limitrophes{NO_BREAK}: {demand.sizes['sink_id']},"
    yield f"{number(delivered_gwh)} GWh livrés par an (2019, livraisons secrètes non comptées). Ce"
    yield "qui y est déjà renouvelable ou récupéré n'est pas évincé (liste de 2024) : restent"
    yield f"{number(float(demand.sum()) / 1000)} GWh à prendre à la source,"
    yield f"{number(peak)} MW au plus fort, vus de la source. Le projet peut donner"
    yield f"{number(first['heat_available_gwh'])} GWh/an ; il en placerait"
    yield f"{number(first['heat_useful_gwh'])} GWh si tous ces réseaux lui étaient raccordés et"
    yield "lui laissaient toute leur place, soit un ERF de"
    yield f"{number(first['erf'], 3)} (chaleur remise avant la pompe) ou"
    yield f"{number(first['erf_with_pump'], 3)} (pompe à chaleur comprise). La taille du débouché,"
    yield "et non celle du datacenter, borne la chaleur utile."


def netcdf(pack: Pack, stations: xr.Dataset, factors: Mapping[str, Value]) -> str:
    """Return the page that shows what `impacts.nc` holds.

    Parameters
    ----------
    pack : declares the project shown.
    stations : hourly years, from ``impacts.weather.station_weather.hourly``.
    factors : constants of the footprints, by name.

    Returns
    -------
    A page in Markdown.
    """
    site = site_of(pack, pack.projects()[_PROJECT])
    figures = impacts.assess(site, ["air_chiller_fc", "dlc_dry"], stations, factors, draws=0)
    text = io.StringIO()
    netcdf_conventions.conform(figures).info(buf=text)
    lines = ["# Ce que contient `impacts.nc`", "", _MADE, ""]
    lines += ["Résumé à la manière de `ncdump -h`, pour un site et deux technologies.", ""]
    return "\n".join([*lines, "```", text.getvalue().rstrip(), "```"]) + "\n"
