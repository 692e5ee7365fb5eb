"""What the page of the room adds up of a plan: sums over the program's own columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from layers.words.three_states import may_be
from siting.program.heat_pumps import pump_gwh, pump_kt
from siting.program.problem import Problem, ones
from siting.program.rule_registry import Terms

HA_PER_M2 = 1e-4
TermsAt = Callable[[Problem, int], Terms]


@dataclass(frozen=True)
class RoomFigure:
    """A sum shown to the room: its label, its unit, its decimals, its terms at a period."""

    name: str
    label_fr: str
    unit: str
    digits: int
    terms: TermsAt


def _per_mw(name: str, scale: float = 1.0) -> TermsAt:
    return lambda problem, t: problem.placed(problem.coefficient(name, scale), problem.periods[t])


def _energy(problem: Problem, t: int) -> Terms:
    period, twh = problem.periods[t], 1e-3
    sites = problem.placed(problem.coefficient("site_energy", twh), period)
    return [*sites, *((column, twh * ratio) for column, ratio in pump_gwh(problem, period))]


def _enaf(problem: Problem, t: int) -> Terms:
    land = problem.coefficient("land", HA_PER_M2)
    return problem.placed(land, problem.periods[t], among=may_be(problem.sites["enaf"]))


def _carbon(problem: Problem, t: int) -> Terms:
    period = problem.periods[t]
    return [*problem.placed(problem.coefficient("carbon", 1e-3), period), *pump_kt(problem, period)]


def _lines(problem: Problem, t: int) -> Terms:
    costs = problem.connections["cost_meur"].astype(float).tolist()
    second = problem.backs.tolist() if t == len(problem.periods) - 1 else []
    return [
        *zip(problem.used[:, t].tolist(), costs, strict=True),
        *zip(second, costs, strict=False),
    ]


FIGURES = (
    RoomFigure("sites", "Sites", "", 0, lambda problem, t: ones(problem.used[:, t])),
    RoomFigure("it_mw", "Puissance informatique", "MW", 1,
               lambda problem, t: ones(problem.site_mw[:, t])),
    RoomFigure("electricity_twh", "Électricité des sites et des pompes à chaleur", "TWh/an", 2,
               _energy),
    RoomFigure("water_input_m3", "Eau apportée", "m³/an", 0, _per_mw("water_input")),
    RoomFigure("scarcity_m3eq", "Eau, pondérée par la rareté", "m³-éq/an", 0,
               _per_mw("scarcity")),
    RoomFigure("land_ha", "Surface occupée", "ha", 1, _per_mw("land", HA_PER_M2)),
    RoomFigure("enaf_high_ha", "ENAF consommé, au plus", "ha", 1, _enaf),
    RoomFigure("heat_gwh", "Chaleur utile", "GWh/an", 0,
               lambda problem, t: ones(problem.sink_gwh[:, t])),
    RoomFigure("carbon_kt", "Carbone", "kt CO₂e/an", 1, _carbon),
    RoomFigure("connection_cost_meur", "Coût de raccordement", "M€", 1, _lines),
)  # fmt: skip
