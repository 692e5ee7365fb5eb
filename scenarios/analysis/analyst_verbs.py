"""What an analyst asks in Python: the verbs of the command line, in memory as well as on disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import xarray as xr

import scenarios.question.scenario_reading as reading
from impacts.cooling import simulate
from impacts.weather import place_weather
from layers.own_layers.own_layer import with_offers
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from scenarios import scenario_run
from scenarios.question.factors.scenario_factors import CHOSEN, factors_of
from scenarios.question.home_region import home_of
from scenarios.question.scenario_reading import Scenario
from scenarios.reading import plan_comparison
from scenarios.site_evidence.at_stations.site_weather import hours_asked
from scenarios.storage.held_results import HeldResults
from scenarios.storage.results import DESCRIPTOR, Results
from scenarios.terminal.progress import Tell, silent
from scenarios.verbs import plan_evaluation
from scenarios.writing import folder_proofs
from scenarios.writing.results_descriptor import descriptor
from scenarios.writing.step_cache import StepCache, answers_asked
from scenarios.writing.worked_scenario import told
from siting.screening.criteria.criterion_registry import Measure, criterion

__all__ = [
    "Pack",
    "Results",
    "Scenario",
    "compare",
    "evaluate",
    "hourly",
    "open_pack",
    "own_criterion",
    "rank",
    "read_scenario",
    "run",
    "verify",
]


def read_scenario(name: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Return a scenario of the library, or of a TOML file, with other values for some keys.

    Parameters
    ----------
    name : a name of the library, such as « sobriete », or the path of a file.
    overrides : values by key, such as ``{"demand.it_mw.2036": 90}``; a table given for a key
        is merged into the scenario's own.

    Returns
    -------
    The scenario, checked.

    Raises
    ------
    SitingError
        SIT200, SIT201 or SIT202: every fault at once, with the nearest known name.
    """
    given = tuple(f"{key}={_toml(value)}" for key, value in (overrides or {}).items())
    return reading.read_scenario(str(name), given, names=True)


def open_pack(folder: str | Path | None = None, layers: Sequence[str] = ()) -> Pack:
    """Return a pack, by default the one that comes with the tool, and the layers one adds to it.

    Parameters
    ----------
    folder : the folder of a pack made by « siting layers build » or « siting layers fetch ».
    layers : as the command line takes them, such as « natura2000_polygons=zps.gpkg ».

    Returns
    -------
    The pack with those layers; the folder is not changed.

    Raises
    ------
    SitingError
        SIT103 when there is no pack there, SIT100 to SIT106 for a layer that cannot be taken.
    """
    pack, _ = with_offers(Pack.open(EMBEDDED if folder is None else folder), layers)
    return pack


def rank(scenario: Scenario | str, pack: Pack | None = None) -> gpd.GeoDataFrame:
    """Return the candidates in the order of their score, with all that is joined to them.

    Parameters
    ----------
    scenario : a scenario, or its name in the library.
    pack : the data; by default the pack that comes with the tool.

    Returns
    -------
    GeoDataFrame by site_id, EPSG:2154; ``score_low`` and ``score_high`` hold 0 to 100.
    """
    held = _held(pack)
    evidence, _, _ = scenario_run.prepare(_question(scenario, held, need=False), held)
    return evidence.pool.sort_values("rank")


def run(
    scenario: Scenario | str,
    pack: Pack | None = None,
    *,
    into: str | Path | None = None,
    draw: scenario_run.Draw | None = None,
    alternatives: int = 2,
    proof: bool = False,
    tell: Tell = silent,
) -> Results:
    """Answer a scenario, in memory, or in a folder when one is given.

    Parameters
    ----------
    scenario : a scenario, or its name in the library.
    pack : the data; by default the pack that comes with the tool.
    into : the folder to write; nothing is written without it.
    draw : what draws the maps of that folder, such as ``maps.pages.draw_pages``.
    alternatives : how many other plans to look for; 0 is quicker.
    proof : prove the plan to 0.1 %, in minutes.
    tell : receives what is done, step by step; silent by default.

    Returns
    -------
    The results, read from the folder when one is given.

    Raises
    ------
    SitingError
        SIT300 and following when no plan holds, SIT403 to SIT405 when the folder cannot be written.
    """
    held = _held(pack)
    question = _question(scenario, held)
    answers = answers_asked(alternatives, proof)
    if into is not None:
        return scenario_run.run(question, held, Path(into), draw=draw, tell=tell, answers=answers)
    worked = scenario_run.work(question, held, {}, StepCache(None), tell, answers)
    found = told(question, held, worked)
    said = {**found.documents, Path(DESCRIPTOR).stem: descriptor(question, held, worked.plan, {})}
    return HeldResults(
        tables=found.tables,
        documents=json.loads(json.dumps(said, allow_nan=False)),
        coefficients=found.coefficients,
    )


def evaluate(
    plan: pd.DataFrame | str | Path, scenario: Scenario | str, pack: Pack | None = None
) -> dict[str, Any]:
    """Return the footprint and the rules of a plan drawn by hand, without any solver.

    Parameters
    ----------
    plan : columns site_id, it_mw and, if one wishes, design and period; or a file of them.
    scenario : a scenario, or its name in the library.
    pack : the data; by default the pack that comes with the tool.

    Returns
    -------
    The document that ``siting evaluate --json`` prints.

    Raises
    ------
    SitingError
        SIT100, SIT105 or SIT202 when the plan cannot be read.
    """
    drawing = plan if isinstance(plan, pd.DataFrame) else Path(plan)
    held = _held(pack)
    return plan_evaluation.evaluate(drawing, _question(scenario, held), held)


def compare(results: Sequence[Results], names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return several plans side by side, and what they share.

    Parameters
    ----------
    results : two plans at least.
    names : what to call them, in the same order.

    Returns
    -------
    A document for JSON.

    Raises
    ------
    SitingError : SIT202 for fewer than two plans.
    """
    return plan_comparison.compare(results, names)


def verify(results: Results) -> dict[str, Any]:
    """Return whether a plan holds, every hard rule added up again without any solver.

    Parameters
    ----------
    results : an open results folder, or results in memory.

    Returns
    -------
    A document for JSON.

    Raises
    ------
    SitingError
        SIT401 when a file of the folder has changed since the run.
    """
    return folder_proofs.verify(results)


def hourly(
    results: Results, site_id: str, design: str | None = None, *, pack: Pack | None = None
) -> xr.Dataset:
    """Return the hours of a site under a cooling: PUE, water and heat by kWh of IT.

    Parameters
    ----------
    results : the results of a run.
    site_id : a site of these results.
    design : a cooling of ``impacts.cooling.TECHNOLOGIES``; by default the one the plan puts
        there, or else the first of the scenario.
    pack : the pack of the run, whose weather is read.

    Returns
    -------
    Dataset on ``time`` (UTC), units in ``attrs``.

    Raises
    ------
    SitingError
        SIT402 for an unknown site, SIT202 for an unknown cooling.
    """
    sites, held = results.sites, _held(pack)
    if site_id not in sites.index:
        text = f"le site « {site_id} » n'est pas dans ces résultats"
        raise SitingError("SIT402", text, where=str(results.folder))
    here = sites.loc[[site_id]]
    place = pd.DataFrame(here[["elevation_m"]]).assign(x_m=here.geometry.x, y_m=here.geometry.y)
    question = Scenario.model_validate(results.scenario)
    factors = factors_of(question)
    return simulate(
        place_weather.blend(hours_asked(question, held), place).isel(site_id=0),
        design or _design(results, site_id, question),
        question.designs.vintage,
        question.demand.utilisation,
        **{name: factors[f"cooling.{name}"].number for name in CHOSEN},
    )


def own_criterion(
    name: str,
    *,
    label_fr: str,
    unit: str,
    at_most: float | None = None,
    at_least: float | None = None,
    scale: tuple[float, float] | None = None,
    reference: str = "Choix de l'analyste",
) -> Callable[[Measure], Measure]:
    """Make a function of the sites a criterion, for as long as Python runs.

    A scenario that names it applies it; its values are told as assumptions.

    Parameters
    ----------
    name : « theme.name », as a scenario will write it.
    label_fr : how a planner reads it.
    unit : the unit of the values.
    at_most, at_least : the limit of a knock-out criterion, one of the two.
    scale : the values that score 0 and 1, for a ranking criterion.
    reference : where the limit or the scale comes from, in French.

    Returns
    -------
    What registers the function, and gives it back unchanged.

    Raises
    ------
    SitingError : SIT200 unless just one of at_most, at_least and scale is given.
    """
    if sum(given is not None for given in (at_most, at_least, scale)) != 1:
        raise SitingError(
            "SIT200",
            f"le critère « {name} » doit avoir une limite, ou une échelle",
            where="own_criterion",
            hint="donnez at_most, at_least ou scale, un seul des trois",
        )

    def paper(key: str, value: float) -> Value:
        return Value(
            name=f"{name}_{key}",
            label_fr=label_fr,
            unit=unit,
            scope="U",
            value=value,
            low=None,
            high=None,
            law="fixed",
            status="assumption",
            reference=reference,
            since=date(2000, 1, 1),
        )

    limit = at_most if at_most is not None else at_least
    return criterion(
        name,
        label_fr=label_fr,
        unit=unit,
        threshold=None if limit is None else paper("limit", limit),
        sense=">=" if at_least is not None else "<=",
        scale=None if scale is None else (paper("worst", scale[0]), paper("best", scale[1])),
    )


def _question(scenario: Scenario | str, pack: Pack, *, need: bool = True) -> Scenario:
    if not isinstance(scenario, str):
        return scenario
    return reading.read_scenario(scenario, home=home_of(pack), need=need)


def _held(pack: Pack | None) -> Pack:
    return open_pack() if pack is None else pack


def _design(results: Results, site_id: str, question: Scenario) -> str:
    """Return the cooling that carries most of a site at the last period."""
    placed = results.plan["placements"]
    last = placed["period"] == question.periods[-1]
    here = placed[last & (placed["site_id"] == site_id)].sort_values("it_mw")
    return str(here["design"].iloc[-1]) if len(here) else question.designs.cooling[0]


def _toml(value: Any) -> str:
    """Return a value as TOML writes it after an equal sign."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{json.dumps(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
