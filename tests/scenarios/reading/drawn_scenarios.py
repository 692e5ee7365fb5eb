"""Scenarios drawn from a seed: what people set, sound or not, and what « run » makes of it."""

from __future__ import annotations

import random

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.dry_answers import check_scenario
from scenarios.scenario_run import begin
from siting.program.program_building import build

# One département: a village of sites, on the real layers.
VILLAGE = 'territory=["23"]'
# Each line sets one thing; the first of its values are sound, the last are not, or hardly.
SETTINGS = (
    ("demand.it_mw.2036", ("14", "90", "12,5", "0", "5", "99999", "120000", "-1", "nan")),
    ("demand.existing_it_mw", ("2", "0", "13", "90000", "1e99")),
    ("demand.utilisation", ("0.7", "1", "0.001", "0", "1.2", "[0.5]")),
    ("demand.profile", ('"training"', '"minage"')),
    ("demand.fixed_projects", ('["bxia"]', '["Bixia"]', "[]")),
    ("demand.audit", ('"absent.csv"', '""')),
    ("candidates.min_area_ha", ("2", "0.1", "60", "9000", "15000", "0")),
    ("candidates.sources", ('["friches"]', '["platforms"]', '["areas"]', "[]", '["zae"]')),
    ("candidates.with_project", ("true", '"oui"')),
    ("candidates.on_missing_layer", ('"refuse"', '"report"', '"taire"')),
    ("candidates.criteria", ('["land.min_area"]', "[]", '["grid.capacity"]', '["eau"]')),
    ("designs.cooling", ('["dlc_dry"]', '["air_chiller_fc"]', "[]", '["glycol"]')),
    ("designs.max_liquid_share", ("1", "0", "0.5", "1.5")),
    ("designs.battery_hours", ("4", "0", "1e6", "-2")),
    ("designs.pv_share", ("0.2", "1", "2")),
    ("designs.vintage", ('"small_2023"', '"best"', '"vieux"')),
    ("sizes.min_mw", ("3", "8", "500", "0", "-5")),
    ("sizes.max_sites", ("1", "2", "0", "-1", "1.5")),
    ("sizes.opening_cost_meur", ("0", "1", "1e9", "inf")),
    ("sites.ban", ('["Guéret"]', '["23"]', '["Limogse"]', '["ZRE"]', '["bassin:X"]')),
    ("sites.keep", ('["Guéret"]', '["Guéret", "La Souterraine"]', '["99999"]', '[""]')),
    ("sites.min_mw", ('{"Guéret" = 6}', '{"Nulle part" = 6}', '{"Guéret" = 1e5}')),
    ("sites.max_mw", ('{"23" = 9}', '{"23" = 0}', '{"" = 3}')),
    ("grid.only_yards", ('["PALAI"]', '["RIEN"]', '[""]')),
    ("grid.yard_answers", ('"absent.csv"',)),
    ("heat.substitutable_share", ("0.3", "0", "1", "2")),
    ("heat.by_network", ('{"8701C" = 0.1}', '{"9999C" = 0.1}', '{"8701C" = 7}')),
    ("heat.pools", ("true", "3")),
    ("heat.least_gwh", ("1", "0", "1e6", "-1")),
    ("weather.file", ('"absent.epw"',)),
    ("weather.accept", ('["Bordeaux"]', '["Nulle part"]')),
    ("weather.within_km", ("10", "0", "-3")),
    ("climate", ('"2015-2019"', '"1850"')),
    ("periods", ("[2031, 2036]", "[2036]", "[2036, 2031]", "[]", "[1900]")),
    ("reference_date", ("2026-11-23", "1990-01-01", "2150-01-01", '"hier"')),
    ("territory", ('["87"]', '["99"]', "[]", '"bretagne"')),
    ("objective.weights.enaf", ("0.5", "0", "-1", "1e300", "nan")),
    ("objective.weights", ("{ useful_heat = 1 }", "{}", "{ enaf = 0 }", "{ or = 1 }")),
    ("ranking.weights", ('{"grid.distance" = 1}', "{}", '{"water" = 1}', '{"grid.distance" = 0}')),
    ("assumptions.candidates.usable_share", ("0.6", "0", "5", "-1")),
    ("assumptions.candidates.reach_km", ("10", "0", "1e9")),
    ("assumptions.candidates.route_factor", ("1.1", "0.2", "1e9")),
    ("rules.land", ("true",)),
)


def drawn(seed: int) -> tuple[str, ...]:
    """Return one to three things set, as « --set » takes them; the sound ones come more often."""
    chosen = random.Random(seed)
    told = [VILLAGE]
    for key, values in chosen.sample(SETTINGS, chosen.randint(1, 3)):
        at = min(chosen.randrange(len(values)), chosen.randrange(len(values)))
        told.append(f"{key}={values[at]}")
    return tuple(told)


def checked(overrides: tuple[str, ...], pack: Pack) -> str:
    """Return what « siting check » says: « ok », or the code of its refusal."""
    try:
        check_scenario(read_scenario("tendanciel", overrides, names=True), pack)
    except SitingError as fault:
        return fault.code
    return "ok"


def begun(overrides: tuple[str, ...], pack: Pack) -> str:
    """Work a scenario as « siting run » does, up to its program written: « ok », or the code."""
    try:
        question = read_scenario("tendanciel", overrides)
        build(begin(question, pack)[1])
    except SitingError as fault:
        return fault.code
    return "ok"
