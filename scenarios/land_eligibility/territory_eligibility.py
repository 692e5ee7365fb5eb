"""Judging a territory cell by cell under a declared set of rules, and writing what was found."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.eligibility.cluster_blocks import judge_on_cluster
from layers.eligibility.eligibility_evidence import (
    evidence_of,
    ground_evidence,
    is_answered,
    territory_of,
)
from layers.eligibility.eligibility_rules import RuleInForce, RuleSet, read_rule_set
from layers.eligibility.layer_masks import MaskCache
from layers.eligibility.rule_rasters import RuleRaster
from layers.eligibility.territory_judging import Eligibility, judge
from layers.geometry.land_patches import patches
from layers.geometry.raster_grid import Grid
from layers.own_layers.own_raster import with_rasters
from layers.own_layers.zone_rules import with_zone_rules
from layers.packs.data_pack import Pack
from layers.words.cell_states import ELIGIBLE, EXCLUDED, UNKNOWN
from layers.words.dated_values import STATUS_FR, scopes_fr
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, number, plural, quantity
from scenarios.land_eligibility.state_geotiff import write_states, write_unknown_rules
from scenarios.land_eligibility.three_readings import reading_lines, readings_of
from scenarios.question.home_region import foreign_words, home_of, said_here
from scenarios.question.program_settings import departements_asked
from scenarios.question.scenario_reading import Scenario
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import (
    DESCRIPTOR,
    SCHEMA_VERSION,
    sha256,
    staged,
    write_json,
    write_table,
)
from scenarios.terminal.progress import Tell, silent, step

DEFAULT_RULES = Path(__file__).parents[1] / "eligibility_rules" / "prudence.toml"
MODE_FR = {"exclude": "à éviter", "require": "exigée"}
AUDIT_FR = {
    "label_fr": "règle",
    "mode_fr": "sens",
    "distance_m": "distance (m)",
    "sought_fr": "cherché dans le raster",
    "status_fr": "statut de la valeur",
    "state_fr": "évaluation",
    "excluded_ha": "exclu (ha)",
    "excluded_only_ha": "exclu par elle seule (ha)",
    "unknown_ha": "inconnu à cause d'elle (ha)",
    "unknown_only_ha": "inconnu par elle seule (ha)",
    "scope_fr": "texte et seuil",
    "reference": "référence de la valeur",
    "sought_papers_fr": "statut et référence de ce qui est cherché",
    "layer": "couche",
    "producer": "producteur",
    "vintage": "millésime",
    "licence": "licence",
    "caveat_fr": "limite de la couche",
}


@dataclass(frozen=True)
class Judged:
    """A territory judged: the grid, the states, the rules, and one audit line a rule."""

    grid: Grid
    found: Eligibility
    rules: RuleSet
    audit: pd.DataFrame
    report: dict[str, Any]


def distances_of(texts: Sequence[str]) -> dict[str, float]:
    """Read « rule=metres ».

    Parameters
    ----------
    texts : one a rule; the decimal sign may be a comma. The last one of a rule wins.

    Returns
    -------
    Metres by rule; the names are not checked here.

    Raises
    ------
    SitingError : SIT200 when a distance is not a number.

    Examples
    --------
    >>> distances_of(["yards=10000", "dwellings=250,5"])
    {'yards': 10000.0, 'dwellings': 250.5}
    """
    found = {}
    for text in texts:
        name, _, metres = text.partition("=")
        try:
            found[name.strip()] = float(metres.replace(",", "."))
        except ValueError:
            raise SitingError(
                "SIT200",
                f"« {text} » n'est pas une règle et une distance",
                where="--distance",
                hint="écrivez par exemple --distance yards=10000",
            ) from None
    return found


def judge_territory(
    scenario: Scenario,
    pack: Pack,
    rules: Path | None = None,
    cell_m: int = 100,
    distances: Mapping[str, float] | None = None,
    cache: MaskCache | None = None,
    cluster: tuple[str, int] | None = None,
    tell: Tell = silent,
    rasters: Mapping[str, RuleRaster] | None = None,
) -> Judged:
    """Judge every cell of a scenario's territory under a set of rules in force that day.

    Parameters
    ----------
    scenario : gives the territory and the reference date.
    pack : the layers.
    rules : the set of rules (TOML); None for the one provided, ``DEFAULT_RULES``.
    cell_m : side of a cell, in metres.
    distances : metres by rule, in place of those of the set.
    cache : where masks of layers are kept; None keeps none. Unused on a cluster.
    cluster : « local » or a scheduler's address, and a number of processes; None for this process.
    tell : hears the steps.
    rasters : the user's own that answer some rules, by rule.

    Returns
    -------
    Grid, states, rules, the audit (a line a rule) and the report; areas in hectares.

    Raises
    ------
    SitingError : SIT105 (cell, value), SIT201, SIT202, SIT500 and SIT501 (rules, territory), SIT10x
        (layers and rasters), SIT410 (cluster).
    """
    file = rules or DEFAULT_RULES
    rule_set = read_rule_set(file, scenario.reference_date, distances)
    rule_set, report = with_rasters(rule_set, pack, rasters or {}, file.parent)
    for line in report:
        tell(line.text_fr)
    rule_set = with_zone_rules(rule_set, pack, scenario.reference_date)
    only = departements_asked(scenario, pack)
    communes = territory_of(pack, only)
    grid = Grid.around(tuple(communes.total_bounds), cell_m)
    with step(tell, f"{len(rule_set.rules)} règles, {number(grid.rows * grid.columns)} mailles"):
        evidence = [evidence_of(pack, rule, grid) for rule in rule_set.rules]
        ground = ground_evidence(pack, only, grid)
        if cluster:
            found = judge_on_cluster(evidence, ground, grid, *cluster)
        else:
            found = judge(evidence, ground, grid, cache)
    audit = audit_table(rule_set, pack, found)
    return Judged(grid, found, rule_set, audit, report_of(scenario, rule_set, grid, found, audit))


def audit_table(rules: RuleSet, pack: Pack, found: Eligibility) -> pd.DataFrame:
    """Return one line a rule: hectares it removes, alone and last; what it cannot say; papers.

    Parameters
    ----------
    rules : the rules in force.
    pack : the layers, their papers.
    found : hectares by rule.

    Returns
    -------
    One row a rule, in their order: ``rule``, the columns ``AUDIT_FR``, and ``limit_fr``. What a
    rule without layer excludes is missing, never zero.
    """
    return pd.DataFrame([_line(rule, pack, found) for rule in rules.rules])


def _line(found: RuleInForce, pack: Pack, answer: Eligibility) -> dict[str, Any]:
    held, hectares = is_answered(pack, found), answer.hectares[found.name]
    state = "évaluée" if not hectares["unknown"] else "évaluée en partie"
    home = home_of(pack)
    texts = None if home is None else home.territory.texts
    reference = found.value.reference
    if home is not None:
        reference = said_here(reference, foreign_words(home.territory.texts))
    return {
        "rule": found.name,
        "label_fr": found.rule.label_fr,
        "mode_fr": MODE_FR[found.rule.mode],
        "distance_m": found.reach_m,
        "limit_fr": _limit(found),
        "sought_fr": _sought(found),
        "status_fr": STATUS_FR[found.value.status],
        "state_fr": state if held else "non évaluée",
        "excluded_ha": hectares["excluded"] if held else None,
        "excluded_only_ha": hectares["excluded_only"] if held else None,
        "unknown_ha": hectares["unknown"],
        "unknown_only_ha": hectares["unknown_only"],
        "scope_fr": f"{scopes_fr(texts)[found.rule.scope]} ; seuil : {found.value.setter_fr}",
        "reference": reference,
        "sought_papers_fr": found.given.asked.papers_fr if found.given else "",
        **_papers(found, pack),
    }


def _papers(found: RuleInForce, pack: Pack) -> dict[str, Any]:
    entry = pack.entry(found.rule.layer)
    if found.given is not None:
        return {
            "layer": f"{entry.title}{NO_BREAK}: raster {Path(found.given.asked.file).name}",
            "producer": "fourni par l'utilisateur",
            "vintage": "non précisé",
            "licence": "selon le fournisseur",
            "caveat_fr": "Raster fourni : une maille sans donnée, ou hors du raster, est inconnue.",
        }
    return {
        "layer": entry.title,
        "producer": entry.producer,
        "vintage": entry.vintage,
        "licence": entry.licence,
        "caveat_fr": " ".join(text for text in (entry.caveat_fr, found.rule.note_fr) if text),
    }


def _sought(found: RuleInForce) -> str:
    """Say what the rule looks for in a raster: nothing to say of a vector layer."""
    if found.given is not None:
        return found.given.asked.sought_fr
    if found.rule.is_slope:
        return f"pente >{NO_BREAK}{quantity(found.value.number, '%')}"
    return ""


def _limit(found: RuleInForce) -> str:
    """Say a rule's limit in a word: its distance, or its slope."""
    if found.rule.is_slope:
        return f">{NO_BREAK}{quantity(found.value.number, '%')}"
    sign = f"≤{NO_BREAK}" if found.rule.mode == "require" else ""
    return f"{sign}{quantity(found.reach_m, 'm')}"


def report_of(
    scenario: Scenario, rules: RuleSet, grid: Grid, found: Eligibility, audit: pd.DataFrame
) -> dict[str, Any]:
    """Return what a script reads: three areas and readings, the audit, the rules, the grid.

    Parameters
    ----------
    scenario : gives the territory and the reference date.
    rules : the rules in force, and those that come later.
    grid : gives the side of a cell, in metres.
    found : hectares by state.
    audit : from ``audit_table``.

    Returns
    -------
    A document for JSON; areas in hectares, sentences in French.
    """
    total = sum(found.totals.values())
    readings = readings_of(found, audit)
    missing = audit.loc[audit["state_fr"] == "non évaluée", "label_fr"].tolist()
    return {
        "schema_version": SCHEMA_VERSION,
        "rules": rules.name,
        "title": rules.title,
        "reference_date": scenario.reference_date.isoformat(),
        "territory": scenario.territory
        if isinstance(scenario.territory, str)
        else list(scenario.territory),
        "cell_m": grid.cell_m,
        "total_ha": total,
        "eligible_ha": found.totals[ELIGIBLE],
        "excluded_ha": found.totals[EXCLUDED],
        "unknown_ha": found.totals[UNKNOWN],
        "readings": readings,
        "not_evaluated": missing,
        "not_in_force": list(rules.later_fr),
        "answer_fr": [*reading_lines(readings), *_warnings(found, missing), *_later(rules)],
        "caveat_fr": rules.caveat_fr,
        "audit": audit.astype(object).where(audit.notna(), None).to_dict("records"),
    }


def _warnings(found: Eligibility, missing: list[str]) -> list[str]:
    """Say what is not to be read in the figures."""
    lines = []
    if missing:
        lines.append(
            f"{plural(len(missing), 'règle')} sur {len(found.hectares)} sans couche, "
            f"non évaluée{'s' * (len(missing) > 1)}{NO_BREAK}: inconnu ne veut pas dire éligible."
        )
    if not found.totals[ELIGIBLE] and found.totals[UNKNOWN]:
        lines.append(
            "Aucun hectare n'est éligible à coup sûr ; donnez les couches absentes avec --layer."
        )
    return lines


def _later(rules: RuleSet) -> list[str]:
    """Name the rules left out because they come later."""
    if not rules.later_fr:
        return []
    return [f"Pas encore en vigueur, non appliqué{NO_BREAK}: {', '.join(rules.later_fr)}."]


def write_eligibility(
    judged: Judged, pack: Pack, into: Path, draw: Callable[[Path], object], least_ha: float
) -> Path:
    """Write states and counts of unknown rules (COG), the audit, the larger patches, the picture.

    Parameters
    ----------
    judged : the territory judged.
    pack : gives the outlines of départements.
    into : the folder, written whole or not at all.
    draw : makes the picture in the folder it is given.
    least_ha : patches smaller than this are left out of ``patches.parquet``, in hectares.

    Returns
    -------
    The folder.

    Raises
    ------
    SitingError : what ``staged`` raises.
    """
    with staged(into) as folder:
        write_states(judged.found.states, folder / "eligibilite.tif", judged.rules.title)
        counts = judged.found.unknown_rules
        write_unknown_rules(counts, folder / "regles_inconnues.tif", judged.rules.title)
        table = judged.audit[list(AUDIT_FR)].rename(columns=AUDIT_FR)
        write_csv(table, folder / "audit.csv")
        write_table(folder / "patches.parquet", patches(judged.found.states, least_ha))
        write_table(folder / "departements.parquet", _outlines(pack))
        write_json(folder / "eligibilite.json", judged.report)
        draw(folder)
        _seal(folder, judged)
    return into


def _outlines(pack: Pack) -> gpd.GeoDataFrame:
    return pack.table("departements")[["departement_code", "name", "geometry"]]


def _seal(folder: Path, judged: Judged) -> None:
    papers = ["layer", "producer", "licence", "vintage"]
    write_json(
        folder / DESCRIPTOR,
        {
            "profile": "data-package",
            "name": f"eligibilite-{judged.rules.name}",
            "title": judged.rules.title,
            "schema_version": SCHEMA_VERSION,
            "version": importlib.metadata.version("siting"),
            "resources": [
                {"name": p.name, "path": p.name, "hash": f"sha256:{sha256(p)}"}
                for p in sorted(folder.iterdir())
            ],
            "sources": judged.audit[papers].drop_duplicates().to_dict("records"),
        },
    )
