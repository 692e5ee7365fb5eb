"""A second program, written otherwise: every set of open sites, one linear program each.

It shares with ours the prepared connections and caps (what a line costs per MW depends on
them), and nothing else: rows are dense, written from the rules' sentences, and one matrix serves
every set: only what a site may hold changes from one set to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.dated import Value
from siting.highs import solver_silent
from siting.inputs import Inputs
from siting.presolve import prepared
from siting.registry import RULES

Floats = NDArray[np.float64]
HOURS = 8.76


@dataclass
class Layout:
    """Where each family of variables starts in the vector."""

    inputs: Inputs
    size: int = 0
    start: dict[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, name: str, *shape: int) -> None:
        self.start[name] = (self.size, shape)
        self.size += int(np.prod(shape))

    def at(self, name: str, *place: int) -> int:
        first, shape = self.start[name]
        return first + int(np.ravel_multi_index(place, shape))


def best_by_enumeration(inputs: Inputs, *, only_ends: bool = False) -> float:
    """Return the least objective over every set of open sites; infinity when there is none.

    ``only_ends`` shares a sink's heat by single sites and all of them only, which is too generous.
    As the program does, lines that look too large for a site come back when nothing else works.
    """
    for tight in (True, False):
        oracle = Oracle(inputs, tight=tight, only_ends=only_ends)
        count = len(oracle.sites)
        choices = product((0.0, 1.0), repeat=count)
        best = min(oracle.least(np.array(choice)) for choice in choices)
        if np.isfinite(best):
            return best
    return best


class Oracle:
    """Dense rows A·x ≤ b and E·x = f, and costs, from the tables."""

    def __init__(self, inputs: Inputs, *, tight: bool = True, only_ends: bool = False) -> None:
        self.inputs = inputs
        self.only_ends = only_ends
        self.lines, self.caps = prepared(inputs, tight=tight)
        self.sites = inputs.sites.sort_index()[self.caps.fits]
        self.names = list(self.sites.index)
        self.designs = sorted(inputs.coefficients["design"].values.tolist())
        self.periods = sorted(inputs.demand.it_mw)
        links = inputs.links[inputs.links["site_id"].isin(self.names)]
        self.links = links.reset_index(drop=True)
        self.sinks = sorted(set(self.links["sink_id"]))
        self.layout = Layout(inputs)
        counts = len(self.names), len(self.designs), len(self.periods)
        self.layout.add("p", *counts)
        self.layout.add("g", len(self.lines), counts[2])
        self.layout.add("a", len(self.lines), counts[2])
        self.layout.add("y", len(self.links), counts[2])
        self.layout.add("h", len(self.sinks), counts[2])
        self.layout.add("u", len(self.links), counts[2])
        self.layout.add("slack", 100)
        self.below: list[tuple[Floats, float]] = []
        self.equal: list[tuple[Floats, float]] = []
        self.cost = np.zeros(self.layout.size)
        self.slacks = 0
        self._highs: highspy.Highs | None = None
        self._coefficients: dict[str, Floats] = {}
        for t in range(counts[2]):
            self._physics(t)
            self._rules(t)
        self._objective()

    def coefficient(self, name: str) -> Floats:
        if name not in self._coefficients:
            array = self.inputs.coefficients[name].sel(site_id=self.names, design=self.designs)
            self._coefficients[name] = np.asarray(array.values, dtype=np.float64)
        return self._coefficients[name]

    def least(self, opened: Floats) -> float:
        """Return the least objective with these sites open, each between its least and its cap."""
        if not self.backs_up(opened > 0):
            return float("inf")
        if self._highs is None:
            self._highs = self._written()
        first = self._highs.getNumRow() - len(self.names)
        for i, is_open in enumerate(opened.tolist()):
            most, least = is_open * self.caps.physical_mw[i], is_open * self.caps.min_mw
            self._highs.changeRowBounds(first + i, least, most)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return float("inf")
        opening = self.rate("connection_cost") * self.inputs.opening_cost_meur * opened.sum()
        return float(self._highs.getInfo().objective_function_value + opening)

    def backs_up(self, opened: NDArray[np.bool_]) -> bool:
        """Return whether each open site has a twin far enough, and none is too near another."""
        if not self.inputs.rules["territory.twin_sites"].enabled:
            return True
        values = RULES["territory.twin_sites"].values_in(self.inputs)
        low, high = values["twin_min_km"].number, values["twin_max_km"].number
        nearest = self.inputs.connections.sort_values(["distance_km", "yard_id"])
        yards = nearest.drop_duplicates("site_id").set_index("site_id")["yard_id"]
        chosen = [name for name, is_open in zip(self.names, opened, strict=True) if is_open]
        for one in chosen:
            here, has_twin = self.sites.loc[one], False
            for other in chosen:
                there = self.sites.loc[other]
                km = float(np.hypot(here["x_m"] - there["x_m"], here["y_m"] - there["y_m"])) / 1e3
                if other != one and km <= values["spacing_km"].number:
                    return False
                apart = yards[one] != yards[other] and here["sector_code"] != there["sector_code"]
                has_twin |= low <= km <= high and apart
            if not has_twin:
                return False
        return True

    def _written(self) -> highspy.Highs:
        """Write every row once; the last ones bound what each site holds at the last period."""
        last, each = len(self.periods) - 1, np.eye(len(self.names))
        sizes = [self.sum_p(last, row[:, None] * np.ones(len(self.designs))) for row in each]
        rows = [row for row, _ in (*self.below, *self.equal)] + sizes
        above = [limit for _, limit in (*self.below, *self.equal)] + [0.0] * len(sizes)
        below = [-np.inf] * len(self.below) + [limit for _, limit in self.equal]
        matrix = sparse.csr_matrix(np.array(rows))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.layout.size, len(rows)
        model.col_cost_ = self.cost
        bounds = np.array([(low, np.inf if high is None else high) for low, high in self._bounds()])
        model.col_lower_, model.col_upper_ = bounds[:, 0], bounds[:, 1]
        model.row_lower_, model.row_upper_ = np.array(below + [0.0] * len(sizes)), np.array(above)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        with solver_silent():
            highs = highspy.Highs()
            highs.setOptionValue("output_flag", False)
            highs.setOptionValue("threads", 1)  # as every other solve of the process
            highs.passModel(model)
        return highs

    def rate(self, name: str) -> float:
        weight = self.inputs.weights.get(name, 0.0)
        return weight / self.inputs.references[name].number if weight else 0.0

    def sum_p(self, t: int, weight: Floats) -> Floats:
        row = np.zeros(self.layout.size)
        for i in range(len(self.names)):
            for d in range(len(self.designs)):
                row[self.layout.at("p", i, d, t)] = weight[i, d]
        return row

    def sum_g(self, t: int, among: NDArray[np.bool_]) -> Floats:
        row = np.zeros(self.layout.size)
        for k in np.flatnonzero(among):
            row[self.layout.at("g", int(k), t)] = 1.0
        return row

    def _bounds(self) -> list[tuple[float, float | None]]:
        bounds: list[tuple[float, float | None]] = [(0.0, None)] * self.layout.size
        for k, limit in enumerate(self.lines["limit_mw"]):
            for t in range(len(self.periods)):
                bounds[self.layout.at("g", k, t)] = (0.0, float(limit))
        return bounds

    def _physics(self, t: int) -> None:
        ratio, land = self.coefficient("connection_ratio"), self.coefficient("land")
        heat = self.coefficient("heat_capacity")
        for i, site in enumerate(self.names):
            only = np.zeros_like(land)
            only[i] = 1.0
            self.below.append(
                (self.sum_p(t, only * land), float(self.sites["usable_area_m2"].iloc[i]))
            )
            here = (self.lines["site_id"] == site).to_numpy()
            self.equal.append((self.sum_g(t, here) - self.sum_p(t, only * ratio), 0.0))
            row = -self.sum_p(t, only * heat)
            for x in self.links.index[self.links["site_id"] == site]:
                row[self.layout.at("y", int(x), t)] = 1.0
            self.below.append((row, 0.0))
            for d in range(len(self.designs) if t else 0):
                row = np.zeros(self.layout.size)
                row[self.layout.at("p", i, d, t - 1)] = 1.0
                row[self.layout.at("p", i, d, t)] = -1.0
                self.below.append((row, 0.0))
        for k in range(len(self.lines)):
            row = np.zeros(self.layout.size)
            row[self.layout.at("g", k, t)], row[self.layout.at("a", k, t)] = 1.0, -1.0
            if t:
                row[self.layout.at("g", k, t - 1)] = -1.0
            self.below.append((row, 0.0))
        self._sinks(t)
        liquid = self.inputs.coefficients["is_liquid"].sel(design=self.designs).values.astype(float)
        weight = np.ones_like(land) * (liquid - self.inputs.max_liquid_share)
        self.below.append((self.sum_p(t, weight), 0.0))

    def _heat_rule(self, t: int, energy: Floats, values: Mapping[str, Value]) -> None:
        owed = energy * values["erf_min"].at(self.periods[t])
        if values["erf_per_site"].number:
            self._heat_by_site(t, owed)
            return
        row = self.sum_p(t, owed)
        for n in range(len(self.sinks)):
            row[self.layout.at("h", n, t)] = -1.0
        self.rule("heat.recovered_share", row, 0.0)

    def _heat_by_site(self, t: int, owed: Floats) -> None:
        """Each site finds what it owes; every set of sites of a sink uses no more than it could."""
        for i, site in enumerate(self.names):
            only = np.zeros_like(owed)
            only[i] = owed[i]
            row = self.sum_p(t, only)
            for x in self.links.index[self.links["site_id"] == site]:
                row[self.layout.at("u", int(x), t)] = -1.0
            self.below.append((row, 0.0))
        for n, sink in enumerate(self.sinks):
            links = [int(x) for x in self.links.index[self.links["sink_id"] == sink]]
            curve = self.inputs.heat_curves[sink]
            for size in range(1, len(links) + 1):
                if self.only_ends and size not in (1, len(links)):
                    continue
                for group in combinations(links, size):
                    for (x0, y0), (x1, y1) in [*pairwise(curve), (curve[-1], curve[-1] + [1, 0])]:
                        slope = (y1 - y0) / (x1 - x0)
                        row = np.zeros(self.layout.size)
                        for x in group:
                            row[self.layout.at("u", x, t)] = 1.0
                            row[self.layout.at("y", x, t)] = -slope
                        self.below.append((row, float(y0 - slope * x0)))
            row = np.zeros(self.layout.size)
            for x in links:
                row[self.layout.at("u", x, t)] = 1.0
            row[self.layout.at("h", n, t)] = -1.0
            self.below.append((row, 0.0))

    def _sinks(self, t: int) -> None:
        for n, sink in enumerate(self.sinks):
            curve = self.inputs.heat_curves[sink]
            steps = pairwise(curve)
            chords = [((b[1] - a[1]) / (b[0] - a[0]), a) for a, b in steps]
            for slope, start in [*chords, (0.0, curve[-1])]:
                row = np.zeros(self.layout.size)
                row[self.layout.at("h", n, t)] = 1.0
                for x in self.links.index[self.links["sink_id"] == sink]:
                    row[self.layout.at("y", int(x), t)] = -slope
                self.below.append((row, float(start[1] - slope * start[0])))

    def rule(self, name: str, row: Floats, limit: float, scale: float = 1.0) -> None:
        setting = self.inputs.rules[name]
        row = row.copy()
        if not setting.hard:
            slack = self.layout.at("slack", self.slacks)
            self.slacks += 1
            row[slack] = -1.0
            self.cost[slack] = setting.penalty / scale
        self.below.append((row, limit))

    def _rules(self, t: int) -> None:
        on = {name for name, setting in self.inputs.rules.items() if setting.enabled}
        values = {name: RULES[name].values_in(self.inputs) for name in on}
        period, ones = self.periods[t], np.ones_like(self.coefficient("land"))
        needs = [self.inputs.demand.to_place_mw(year) for year in self.periods]
        energy, land = self.coefficient("site_energy"), self.coefficient("land") / 1e4
        if "demand.served" in on:
            top = max(needs[: t + 1]) * (1 + values["demand.served"]["overbuild"].number)
            self.rule("demand.served", -self.sum_p(t, ones), -needs[t])
            self.rule("demand.served", self.sum_p(t, ones), top)
        if "land.regional_enaf" in on:
            unknown = (self.sites["enaf"] != "no").to_numpy(dtype=float)[:, None]
            limit = values["land.regional_enaf"]["regional_enaf_ha"].at(period)
            scale = max(limit, needs[t] * float(land.max()), 1.0)
            self.rule("land.regional_enaf", self.sum_p(t, land * unknown), limit, scale)
        if "land.brownfield_share" in on:
            brown = self.sites["is_brownfield"].to_numpy(dtype=float)[:, None]
            share = values["land.brownfield_share"]["brownfield_share"].at(period)
            scale = max(needs[t] * float(land.max()), 1.0)
            self.rule("land.brownfield_share", self.sum_p(t, land * (share - brown)), 0.0, scale)
        if "water.basin_budget" in on:
            water = self.coefficient("cooling_water") / 1000
            deficit = self.sites[self.sites["zre"] == "yes"]
            for sector in set(deficit["sector_code"]):
                here = (self.sites["zre"] == "yes") & (self.sites["sector_code"] == sector)
                weight = water * here.to_numpy(dtype=float)[:, None]
                limit = values["water.basin_budget"]["basin_budget_m3"].at(period) / 1000
                self.rule("water.basin_budget", self.sum_p(t, weight), limit)
        if "water.regional_budget" in on:
            limit = values["water.regional_budget"]["regional_water_m3"].at(period) / 1000
            weight = self.coefficient("water_input") / 1000
            self.rule("water.regional_budget", self.sum_p(t, weight), limit)
        if "energy.budget" in on:
            found = values["energy.budget"]
            standing = HOURS * self.inputs.demand.utilisation * self.inputs.demand.existing_it_mw
            limit = found["energy_budget_gwh"].at(period) - standing * found["existing_pue"].number
            self.rule("energy.budget", self.sum_p(t, energy), limit)
        if "heat.recovered_share" in on:
            self._heat_rule(t, energy, values["heat.recovered_share"])
        self._grid_rules(t, on)
        self._territory_rules(t, on)

    def _grid_rules(self, t: int, on: set[str]) -> None:
        yards, low = self.inputs.yards, (self.lines["domain"] == "HTA").to_numpy()
        for yard in yards.index:
            here = (self.lines["yard_id"] == yard).to_numpy()
            room = float(yards.loc[yard, "room_mw"])
            if "grid.yard_capacity" in on:
                self.rule("grid.yard_capacity", self.sum_g(t, here), room)
                hta = float(yards.loc[yard, "hta_limit_mw"])
                self.rule("grid.yard_capacity", self.sum_g(t, here & low), hta)
            if "grid.reserve" in on:
                free = room * (1 - float(yards.loc[yard, "reserve_share"]))
                self.rule("grid.reserve", self.sum_g(t, here), free)
        if "grid.yard_capacity" in on:
            values = RULES["grid.yard_capacity"].values_in(self.inputs)
            for site in self.names:
                here = (self.lines["site_id"] == site).to_numpy()
                limit = values["hta_site_mw"].number
                self.rule("grid.yard_capacity", self.sum_g(t, here & low), limit)
            zone = self.lines["yard_id"].map(yards["departement_code"]).to_numpy()
            for code, cap in self.inputs.zones["cap_mw"].items():
                self.rule("grid.yard_capacity", self.sum_g(t, zone == code), float(cap))
        if "grid.connection_delay" in on:
            start = self.inputs.start_year
            late = (start + self.lines["delay_years"] > self.periods[t]).to_numpy()
            self.rule("grid.connection_delay", self.sum_g(t, late), 0.0)

    def _territory_rules(self, t: int, on: set[str]) -> None:
        period, count = self.periods[t], len(self.designs)
        if "territory.site_size" in on:
            cap = RULES["territory.site_size"].values_in(self.inputs)["max_site_mw"].at(period)
            for i in range(len(self.names)):
                only = np.eye(len(self.names))[i][:, None] * np.ones(count)
                self.rule("territory.site_size", self.sum_p(t, only), cap)
        if "territory.balance" in on:
            values = RULES["territory.balance"].values_in(self.inputs)
            share = values["max_departement_share"].at(period)
            codes = self.sites["departement_code"].to_numpy()
            need = max(self.inputs.demand.to_place_mw(period), 1.0)
            for code in set(codes):
                weight = ((codes == code).astype(float) - share)[:, None] * np.ones(count)
                self.rule("territory.balance", self.sum_p(t, weight), 0.0, need)

    def _objective(self) -> None:
        years = [5.0, *[10.0] * (len(self.periods) - 1)]
        land = self.coefficient("land") / 1e4
        unknown = (self.sites["enaf"] != "no").to_numpy(dtype=float)[:, None]
        last = len(self.periods) - 1
        ground = land * (unknown * self.rate("enaf") + (1 - unknown) * self.rate("land_reused"))
        self.cost += self.sum_p(last, ground)
        yearly = (
            self.coefficient("scarcity") * self.rate("water_scarcity")
            + (self.coefficient("site_energy") - self.coefficient("it_energy"))
            * self.rate("energy_above_it")
            + self.coefficient("carbon") / 1000 * self.rate("carbon")
        )
        ratio = self.coefficient("connection_ratio").max(axis=1)
        for t, year in enumerate(years):
            share = year / sum(years)
            self.cost += self.sum_p(t, yearly * share)
            for n in range(len(self.sinks)):
                self.cost[self.layout.at("h", n, t)] -= share * self.rate("useful_heat")
            for k, line in enumerate(self.lines.itertuples()):
                i = self.names.index(line.site_id)
                most = min(float(line.limit_mw), float(self.caps.it_mw[i] * ratio[i]))
                per_mw = float(line.cost_meur) / most
                self.cost[self.layout.at("a", k, t)] += per_mw * self.rate("connection_cost")
