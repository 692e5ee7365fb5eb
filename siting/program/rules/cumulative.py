"""Cumulative effects, and the spread of sites: by commune, by basin, between sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from layers.words.dated_values import Value
from layers.words.french import listing
from layers.words.three_states import may_be
from siting.program.neighbour_cliques import cliques
from siting.program.problem import Problem, in_service, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule
from siting.program.rules.nature import lacking

THOUSAND_M3 = 1e-3
FIBRE = "fibre_distance_km"


def fixed_in_commune(inputs: Inputs, code: str, period: int) -> float:
    """Return the IT MW of fixed projects in a commune at a period.

    Parameters
    ----------
    inputs : what the program reads; its fixed projects.
    code : an INSEE commune code.
    period : a year.

    Returns
    -------
    IT MW in service on 31 December.
    """
    here = (each for each in inputs.demand.fixed if each.commune_code == code)
    return sum(each.it_mw_at(period) for each in here)


def _cumulative_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    count = int(inputs.sites["commune_code"].value_counts().gt(values["max_sites"].number).sum())
    return Bite("oui", f"{count} communes ont plus de candidats que le nombre de sites admis")


@rule(
    "territory.cumulative_caps",
    id="C27",
    label_fr="Effets cumulés par commune et par bassin",
    unit="MW",
    scope="L",
    grain="territory",
    can_bite=_cumulative_bites,
    lack_fr="MW informatiques au-dessus du plafond de la commune",
    values={
        "commune_mw": "cumulative.commune_mw",
        "max_sites": "cumulative.max_sites",
        "basin_water_m3": "cumulative.basin_water_m3",
    },
)
def cumulative_caps(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ commune : Σₛ P[s,t] ≤ plafond, sites ≤ nombre admis ; ∀ secteur : Σₛ w[s,d]·p ≤ plafond."""
    yield from _by_commune(problem, values)
    water = problem.coefficient("water_input", THOUSAND_M3)
    sectors = problem.sites["sector_code"].astype(str)
    for sector in sorted(set(sectors)):
        among = (sectors == sector).to_numpy(dtype=bool)
        for period in problem.periods:
            limit = values["basin_water_m3"].at(period) * THOUSAND_M3
            yield Row(
                f"sector_{sector}",
                f"secteur {sector}, eau apportée",
                period,
                problem.placed(water, period, among),
                "<=",
                limit,
                unit="m³/an",
                shown_per_row=1 / THOUSAND_M3,
                lack_fr="m³ d'eau au-dessus du plafond du secteur",
            )


def _by_commune(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    codes = problem.sites["commune_code"].astype(str).to_numpy()
    last, most = problem.periods[-1], values["max_sites"].number
    for code in sorted(set(codes)):
        among = codes == code
        for t, period in enumerate(problem.periods):
            fixed, limit = (
                fixed_in_commune(problem.inputs, code, period),
                values["commune_mw"].at(period),
            )
            if problem.caps.physical_mw[among].sum() + fixed > limit:
                left = ones(problem.site_mw[among, t])
                where = f"commune {code}"
                yield problem.capped(Row(code, where, period, left, "<=", limit, constant=fixed))
        if among.sum() > most:
            opened = ones(problem.opened[among])
            where = f"commune {code}, nombre de sites"
            lack = "site de trop dans la commune"
            yield Row(f"{code}_sites", where, last, opened, "<=", most, unit="1", lack_fr=lack)


def _envelope_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    unknown = int(may_be(inputs.sites["enaf"]).sum())
    return Bite("oui" if unknown else "non", f"{unknown} candidats comptés comme ENAF")


@rule(
    "land.territory_envelope",
    id="C02",
    label_fr="Enveloppe foncière du territoire",
    unit="ha",
    scope="S",
    grain="territory",
    can_bite=_envelope_bites,
    lack_fr="ha d'ENAF dans l'enveloppe de l'intercommunalité",
    values={"datacenter_share": "envelope.datacenter_share", "reduction": "envelope.reduction"},
    lacks=lacking(
        ["enaf_epci_2011_2021_ha"],
        "la consommation d'ENAF 2011-2021 par intercommunalité n'est pas dans le lot",
    ),
)
def territory_envelope(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ EPCI : Σₛ∉non a[d]·p[s,d,t] ≤ α·(1 − r)·ENAF 2011-2021 : un état inconnu compte."""
    share = values["datacenter_share"].number * (1.0 - values["reduction"].number)
    known = problem.sites["enaf_epci_2011_2021_ha"].astype(float)
    may_be_enaf = may_be(problem.sites["enaf"])
    land, codes = problem.coefficient("land", 1e-4), problem.sites["epci_code"].astype(str)
    for code, hectares in known.groupby(codes.to_numpy()).first().dropna().items():
        among = may_be_enaf & (codes == code).to_numpy(dtype=bool)
        for period in problem.periods:
            left = problem.placed(land, period, among)
            if left:
                limit = share * float(hectares)
                yield Row(str(code), f"EPCI {code}", period, left, "<=", limit, scale=1.0)


def twins(inputs: Inputs, sites: pd.DataFrame, values: Mapping[str, Value]) -> NDArray[np.bool_]:
    """Return which pairs can back each other up: far, not too far, other yard and sector.

    Parameters
    ----------
    inputs : what the program reads; the nearest yard of each site.
    sites : index site_id, with x_m, y_m (metres) and sector_code.
    values : twin_min_km and twin_max_km, both included.

    Returns
    -------
    (site, site), symmetrical.
    """
    points = sites[["x_m", "y_m"]].to_numpy(dtype=np.float64) / 1000.0
    away = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    nearest = inputs.connections.sort_values(["distance_km", "yard_id"]).drop_duplicates("site_id")
    yard = nearest.set_index("site_id")["yard_id"].reindex(sites.index).astype(str).to_numpy()
    sector = sites["sector_code"].astype(str).to_numpy()
    apart = (yard[:, None] != yard[None, :]) & (sector[:, None] != sector[None, :])
    low, high = values["twin_min_km"].number, values["twin_max_km"].number
    return np.asarray((away >= low) & (away <= high) & apart)


def _twins_bite(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    alone = int((~twins(inputs, inputs.sites, values).any(axis=1)).sum())
    fibre = (
        "routes de fibre fournies" if _routes_held(inputs.sites) else "routes de fibre inconnues"
    )
    return Bite("oui", f"{alone} candidats sans jumeau possible ; {fibre}")


@rule(
    "territory.twin_sites",
    id="C23",
    label_fr="Résilience et sites jumeaux",
    unit="site",
    scope="C",
    grain="site",
    can_bite=_twins_bite,
    lack_fr="site jumeau ouvert",
    values={
        "twin_min_km": "cumulative.twin_min_km",
        "twin_max_km": "cumulative.twin_max_km",
        "spacing_km": "cumulative.spacing_km",
        "fibre_max_km": "cumulative.fibre_max_km",
    },
    lacks=lacking(["x_m"], "les coordonnées des sites ne sont pas données au programme"),
)
def twin_sites(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀s : Σ_{s′ jumeau de s} ouvert[s′] ≥ ouvert[s] : un secours à distance, sur un autre poste.

    At most one site opens among those nearer to one another than the spacing, one row a crowd.
    With a user's fibre routes, nothing opens far from all of them; without, they are not judged.
    """
    yield from _far_from_fibre(problem, values)
    last, pairs = problem.periods[-1], twins(problem.inputs, problem.sites, values)
    for i, site in enumerate(problem.site_ids):
        yield Row(
            site,
            f"site {site}",
            last,
            ones(problem.opened[pairs[i]]),
            ">=",
            0.0,
            right=[(problem.opened[i], 1.0)],
            note_fr="" if _routes_held(problem.sites) else "routes de fibre inconnues, non jugées",
        )
    points = problem.sites[["x_m", "y_m"]].to_numpy(dtype=np.float64) / 1000.0
    near = sorted(KDTree(points).query_pairs(values["spacing_km"].number))
    for crowd in cliques(np.array(near, dtype=np.intp).reshape(-1, 2)):
        names = [problem.site_ids[i] for i in crowd]
        where = f"sites {listing(names)}, trop proches"
        slug = f"near_{'_'.join(names)}"
        yield Row(slug, where, last, ones(problem.opened[crowd]), "<=", 1.0)


def _routes_held(sites: pd.DataFrame) -> bool:
    return FIBRE in sites and bool(sites[FIBRE].notna().any())


def _far_from_fibre(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    if not _routes_held(problem.sites):
        return
    km = values["fibre_max_km"].number
    far = (problem.sites[FIBRE].astype(float) > km).to_numpy(dtype=bool)
    for t, period in enumerate(problem.periods):
        left = ones(problem.site_mw[far, t])
        where = f"à plus de {km:g} km des routes de fibre fournies"
        scale = max(problem.need(period), 1.0)
        yield Row("fibre", where, period, left, "<=", 0.0, scale=scale, unit="MW",
                  lack_fr="MW informatiques loin de la fibre")  # fmt: skip


def _control_lacks(inputs: Inputs) -> str:
    declared = any(each.control != "unknown" for each in inputs.demand.fixed)
    return "" if declared else "aucun projet décidé ne déclare le contrôle de son exploitant"


def _control_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    return Bite("non", "ne juge que les projets déjà décidés, que le programme ne déplace pas")


@rule(
    "territory.sovereignty",
    id="C22",
    label_fr="Souveraineté",
    unit="MW",
    scope="C",
    kind="note",
    can_bite=_control_bites,
    lack_fr="MW de contrôle européen déclaré",
    values={"european_share": "cumulative.european_share"},
    lacks=_control_lacks,
)
def sovereignty(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σ MW européens déclarés ≥ σ·Σ MW des projets décidés : les exploitants à venir manquent."""
    fixed = problem.inputs.demand.fixed
    for period in problem.periods:
        held = {each.name: each.it_mw_at(period) for each in fixed if in_service(each, period)}
        european = sum(held.get(each.name, 0.0) for each in fixed if each.control == "european")
        share = values["european_share"].number
        yield Row(
            "fixed",
            "projets décidés",
            period,
            [],
            ">=",
            share * sum(held.values()),
            constant=european,
            note_fr="exploitants des sites à venir inconnus",
        )
