"""A second program, written otherwise: every choice of sites, lines and years, one program each.

It shares with ours the prepared connections and caps, and nothing else: rows are dense, written
from the rules' sentences, and one matrix serves every choice: only bounds change. A choice is,
by site, none or a line, a second line where one is asked, the year it opens, and whether it grows
each later year. The earlier years are tried only where the last one alone could be better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layers.words.dated_values import Value
from siting.program.presolve import prepared
from siting.program.program_inputs import Inputs, RuleSetting
from siting.program.rule_registry import RULES
from siting.solver.highs_process import solver_silent

Floats = NDArray[np.float64]
HOURS = 8.76
# Layers whose sites each rule leaves empty.
OVERLAPS = {
    "nature.excluded_areas": ("reserve", "natura2000"),
    "nature.wetlands": ("wetland",),
    "nature.green_blue_network": ("green_blue",),
}


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
    """Return the least objective over every choice; infinity when there is none.

    ``only_ends`` shares a sink's heat by single sites and all of them only, which is too generous.
    """
    oracle = Oracle(inputs, only_ends=only_ends)
    return oracle.best(product((False, True), repeat=len(oracle.sites)))


class Oracle:
    """Dense rows A·x ≤ b and E·x = f, and costs, from the tables."""

    def __init__(self, inputs: Inputs, *, only_ends: bool = False) -> None:
        self.inputs = inputs
        self.only_ends = only_ends
        self.lines, self.caps = prepared(inputs)
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
        self.layout.add("r", len(self.lines), counts[2])
        self.layout.add("y", len(self.links), counts[2])
        self.layout.add("h", len(self.sinks), counts[2])
        self.layout.add("u", len(self.links), counts[2])
        self.layout.add("v", counts[0], counts[2])
        self.layout.add("slack", 400)
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

    def best(self, opened: Iterable[tuple[bool, ...]]) -> float:
        """Return the least objective over some sets of open sites, every line and year tried."""
        found = float("inf")
        for chosen in opened:
            found = min(found, self.least(np.array(chosen, dtype=bool), found))
        return found

    def least(self, opened: NDArray[np.bool_], known: float = float("inf")) -> float:
        """Return the least objective with exactly these sites open, if under what is known."""
        if not self.backs_up(opened) or self.is_crowded(opened):
            return float("inf")
        sites = np.flatnonzero(opened).tolist()
        if self.inputs.max_sites is not None and len(sites) > self.inputs.max_sites:
            return float("inf")
        best = known
        for normal in product(*(self.lines_of(i) for i in sites)):
            for second in product(*(self.seconds(k) for k in normal)):
                choice = dict(zip(sites, zip(normal, second, strict=True), strict=True))
                best = min(best, self.years(choice, {}, best))
        return best if best < known else float("inf")

    def lines_of(self, i: int) -> list[int]:
        return np.flatnonzero((self.lines["site_id"] == self.names[i]).to_numpy()).tolist()

    def seconds(self, k: int) -> list[int]:
        """Return the other lines of a site, or −1 where no second supply is asked or needed."""
        setting = self.setting("grid.backup")
        if not setting.enabled:
            return [-1]
        mine = self.names.index(self.lines["site_id"].iloc[k])
        others = [other for other in self.lines_of(mine) if other != k]
        return others if setting.hard else [-1, *others]

    def years(
        self, choice: dict[int, tuple[int, int]], told: dict[int, tuple[int, ...]], known: float
    ) -> float:
        """Try every history of the sites, the years of those not yet told left free."""
        value = self.value(choice, told)
        if value >= known - 1e-12 or len(told) == len(choice):
            return value
        site = next(i for i in choice if i not in told)
        best = known
        for history in self.histories():
            best = min(best, self.years(choice, {**told, site: history}, best))
        return best

    def histories(self) -> list[tuple[int, ...]]:
        """By year: 0 shut, 1 opens, 2 grows, 3 stays as it was."""
        every = product((0, 1, 2, 3), repeat=len(self.periods))
        return [
            each for each in every
            if each.count(1) == 1 and all(
                state in ((0, 1) if 1 not in each[:t] else (2, 3)) for t, state in enumerate(each)
            )
        ]  # fmt: skip

    def value(self, choice: dict[int, tuple[int, int]], told: dict[int, tuple[int, ...]]) -> float:
        """Return the least objective of a choice; years not told are only bounded by growth."""
        if self._highs is None:
            self._highs = self._written()
        highs, inf, last = self._highs, highspy.kHighsInf, len(self.periods) - 1
        floors = self.inputs.policy["grid.domain_floor"].value
        step = min(self.inputs.policy["sizes.least_step_mw"].number, self.caps.min_mw)
        first = highs.getNumRow() - 2 * len(self.names) * len(self.periods)
        fixed = 0.0
        for k in range(len(self.lines)):
            for t in range(len(self.periods)):
                highs.changeColBounds(self.layout.at("g", k, t), 0.0, 0.0)
                highs.changeColBounds(self.layout.at("r", k, t), 0.0, 0.0)
        for i in range(len(self.names)):
            line, second = choice.get(i, (-1, -1))
            cap, least = self.caps.physical_mw[i], self.caps.min_mw
            states = told.get(i)
            for t in range(len(self.periods)):
                is_on = i in choice and (states is None or 1 in states[: t + 1])
                is_sure = is_on and (states is not None or t == last)
                low, high = is_sure * least, is_on * cap
                row = first + 2 * (i * len(self.periods) + t)
                highs.changeRowBounds(row, low, high)
                grown = (-inf, inf) if states is None or t == 0 else {
                    0: (0.0, 0.0), 1: (least, cap), 2: (step, cap), 3: (0.0, 0.0)
                }[states[t]]  # fmt: skip
                highs.changeRowBounds(row + 1, *grown)
                panels = self.layout.at("v", i, t)
                highs.changeColBounds(panels, 0.0, inf if i in choice else 0.0)
                if is_on:
                    limit = float(self.lines["limit_mw"].iloc[line])
                    floor = float(floors[self.lines["domain"].iloc[line]]) * is_sure
                    highs.changeColBounds(self.layout.at("g", line, t), floor, limit)
                if i in choice and second >= 0:
                    limit = float(self.lines["limit_mw"].iloc[second])
                    floor = float(floors[self.lines["domain"].iloc[second]]) * (t == last)
                    highs.changeColBounds(self.layout.at("r", second, t), floor, limit)
            if i in choice:
                paid = [k for k in (line, second) if k >= 0]
                fixed += self.inputs.opening_cost_meur
                fixed += float(self.lines["cost_meur"].iloc[paid].sum())
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return float("inf")
        objective = float(highs.getInfo().objective_function_value)
        return objective + self.rate("connection_cost") * fixed

    def is_crowded(self, opened: NDArray[np.bool_]) -> bool:
        """Return whether a commune holds more open sites than it may."""
        if not self.setting("territory.cumulative_caps").enabled:
            return False
        most = RULES["territory.cumulative_caps"].values_in(self.inputs)["max_sites"].number
        return bool((self.sites["commune_code"][opened].value_counts() > most).any())

    def backs_up(self, opened: NDArray[np.bool_]) -> bool:
        """Return whether each open site has a twin far enough, and none is too near another."""
        if not self.setting("territory.twin_sites").enabled:
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
        """Write every row once; the last ones bound what each site holds, and gains, each year."""
        sizes = []
        for i in range(len(self.names)):
            only = np.eye(len(self.names))[i][:, None] * np.ones(len(self.designs))
            for t in range(len(self.periods)):
                now = self.sum_p(t, only)
                sizes += [now, now - self.sum_p(t - 1, only) if t else now]
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
        return self.sum_of("g", t, among)

    def sum_held(self, t: int, among: NDArray[np.bool_]) -> Floats:
        """Return what lines draw and what second lines hold for a normal one's failure."""
        return self.sum_of("g", t, among) + self.sum_of("r", t, among)

    def sum_of(self, name: str, t: int, among: NDArray[np.bool_]) -> Floats:
        row = np.zeros(self.layout.size)
        for k in np.flatnonzero(among):
            row[self.layout.at(name, int(k), t)] = 1.0
        return row

    def pumps(self, t: int) -> Floats:
        """Electricity of the heat pumps, in GWh: what each sink uses, times its own ratio."""
        row = np.zeros(self.layout.size)
        for n, sink in enumerate(self.sinks):
            known = self.inputs.heat_sinks.get(sink)
            row[self.layout.at("h", n, t)] = known.pump_ratio if known else 0.0
        return row

    def _bounds(self) -> list[tuple[float, float | None]]:
        return [(0.0, None)] * self.layout.size

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
        if not self.setting("energy.local_renewables").enabled:
            self._no_sun(t)
        self._sinks(t)
        liquid = self.inputs.coefficients["is_liquid"].sel(design=self.designs).values.astype(float)
        weight = np.ones_like(land) * (liquid - self.inputs.max_liquid_share)
        self.below.append((self.sum_p(t, weight), 0.0))

    def _heat_rule(self, t: int, energy: Floats, values: Mapping[str, Value]) -> None:
        owed = energy * values["erf_min"].at(self.periods[t])
        if values["erf_per_site"].number:
            linked = np.isin(self.names, list(self.links["site_id"]))[:, None]
            freed = bool(values["derogation"].number)
            self._heat_by_site(t, owed * linked if freed else owed)
            return
        row = self.sum_p(t, owed)
        for n in range(len(self.sinks)):
            row[self.layout.at("h", n, t)] = -1.0
        period, demand = self.periods[t], self.inputs.demand
        fixed = HOURS * demand.utilisation * demand.fixed_it_mw(period) * values["fixed_pue"].number
        spare = self.decided("heat_gwh", period) - fixed * values["erf_min"].at(period)
        self.rule("heat.recovered_share", row, max(0.0, spare))

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

    def rule(
        self, name: str, row: Floats, limit: float, scale: float = 1.0, *, always_soft: bool = False
    ) -> None:
        setting = self.inputs.rules[name]
        row = row.copy()
        if always_soft or not setting.hard:
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
            fixed = self.decided("enaf_ha", period)
            scale = max(limit, needs[t] * float(land.max()), 1.0)
            free = max(limit, fixed) - fixed
            self.rule("land.regional_enaf", self.sum_p(t, land * unknown), free, scale)
        if "land.brownfield_share" in on:
            brown = self.sites["is_brownfield"].to_numpy(dtype=float)[:, None]
            share = values["land.brownfield_share"]["brownfield_share"].at(period)
            scale = max(needs[t] * float(land.max()), 1.0)
            self.rule("land.brownfield_share", self.sum_p(t, land * (share - brown)), 0.0, scale)
        if "water.basin_budget" in on:
            water = self.coefficient("cooling_water") / 1000
            deficit = self.sites[self.sites["zre"] != "no"]
            for sector in set(deficit["sector_code"]):
                here = (self.sites["zre"] != "no") & (self.sites["sector_code"] == sector)
                weight = water * here.to_numpy(dtype=float)[:, None]
                limit = values["water.basin_budget"]["basin_budget_m3"].at(period) / 1000
                self.rule("water.basin_budget", self.sum_p(t, weight), limit)
                share = values["water.basin_budget"]["month_share"].number
                for drawn in self._by_month() if share < 1 and limit > 0 else ():
                    month = self.sum_p(t, drawn * here.to_numpy(dtype=float)[:, None])
                    self.rule("water.basin_budget", month, share * limit)
        if "water.regional_budget" in on:
            limit = values["water.regional_budget"]["regional_water_m3"].at(period) / 1000
            weight, fixed = self.coefficient("water_input") / 1000, self.decided("water_m3", period)
            free = max(limit - fixed / 1000, 0.0)
            self.rule("water.regional_budget", self.sum_p(t, weight), free)
        if "energy.budget" in on:
            found = values["energy.budget"]
            standing = HOURS * self.inputs.demand.utilisation * self.inputs.demand.existing_it_mw
            fixed = HOURS * self.inputs.demand.utilisation * self.inputs.demand.fixed_it_mw(period)
            taken = standing * found["existing_pue"].number + fixed * found["fixed_pue"].number
            free = max(found["energy_budget_gwh"].at(period) - taken, 0.0)
            self.rule("energy.budget", self.sum_p(t, energy) + self.pumps(t), free)
        if "heat.recovered_share" in on:
            self._heat_rule(t, energy, values["heat.recovered_share"])
        self._more_rules(t, values)
        self._grid_rules(t, on)
        self._territory_rules(t, on)

    def _by_month(self) -> list[Floats]:
        """Cooling water of each month: the month's, less an even humidification, in 1,000 m³."""
        whole = self.inputs.coefficients["water_month"].sel(site_id=self.names, design=self.designs)
        other = self.coefficient("water_input") - self.coefficient("cooling_water")
        days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        return [
            np.maximum(
                whole.sel(month=m).transpose("site_id", "design").values - other * length / 365, 0.0
            ) / 1000
            for m, length in enumerate(days, start=1)
        ]  # fmt: skip

    def setting(self, name: str) -> RuleSetting:
        return self.inputs.rules.get(name, RuleSetting(enabled=False))

    def decided(self, what: str, period: int) -> float:
        """Return what the fixed projects take, by their share in service that year."""
        taken = 0.0
        for project in self.inputs.demand.fixed:
            whole = max(project.it_mw.values())
            here = max([mw for year, mw in project.it_mw.items() if year <= period], default=0.0)
            taken += getattr(project, what) * here / whole
        return taken

    def decided_at(self, period: int, weight: Callable[[str], float]) -> float:
        """Return MW at the meter the fixed projects take at the yards of a weight."""
        taken = 0.0
        for project in self.inputs.demand.fixed:
            whole = max(project.it_mw.values())
            here = max([mw for year, mw in project.it_mw.items() if year <= period], default=0.0)
            shares = sum(part * weight(yard) for yard, part in project.yard_shares.items())
            taken += project.grid_mw * here / whole * shares
        return taken

    def column(self, values: object) -> Floats:
        return np.asarray(values, dtype=float)[:, None] * np.ones_like(self.coefficient("land"))

    def _more_rules(self, t: int, values: dict[str, Mapping[str, Value]]) -> None:
        """Write the rules that wait for layers, from their sentences."""
        for name, layers in OVERLAPS.items():
            if name in values:
                self._overlaps(t, name, values[name], layers)
        for name, write in {
            "risk.natural_hazards": self._hazards,
            "nature.neighbours": self._neighbours,
            "climate.hot_days": self._hot_days,
            "carbon.budget": self._carbon,
            "design.efficiency_caps": self._efficiency,
            "water.drought_continuity": self._drought,
            "land.territory_envelope": self._envelope,
            "territory.cumulative_caps": self._cumulative,
            "energy.local_renewables": self._sun,
            "land.vacancy": self._vacancy,
            "risk.industrial_hazards": self._industry,
            "land.coastal_law": self._coastal,
            "land.mountain_law": self._mountain,
            "land.surroundings": self._around,
            "heat.duty_per_site": self._duty,
            "air.engines": self._engines,
            "energy.additional_supply": self._contracts,
            "grid.shedding": self._shedding,
            "land.scot_envelope": self._scot,
        }.items():
            if name in values:
                write(t, values[name])

    def need_at(self, t: int) -> float:
        return max(self.inputs.demand.to_place_mw(self.periods[t]), 1.0)

    def _overlaps(
        self, t: int, name: str, given: Mapping[str, Value], layers: tuple[str, ...]
    ) -> None:
        for layer in layers:
            inside = self.sites[f"{layer}_overlap_ha"] > given["max_overlap_ha"].number
            self.rule(name, self.sum_p(t, self.column(inside)), 0.0, self.need_at(t))

    def _hazards(self, t: int, given: Mapping[str, Value]) -> None:
        tolerated = given["tolerated_mw"].at(self.periods[t])
        for layer in ("flood", "clay"):
            row = self.sum_p(t, self.column(self.sites[f"{layer}_overlap_ha"] > 0))
            self.rule("risk.natural_hazards", row, tolerated, self.need_at(t), always_soft=True)

    def _industry(self, t: int, given: Mapping[str, Value]) -> None:
        seveso = self.sites["seveso_upper_distance_km"] * 1000 < given["seveso_m"].number
        for exposed in (self.sites["pprt_commune"] > 0, seveso):
            row = self.sum_p(t, self.column(exposed))
            self.rule("risk.industrial_hazards", row, 0.0, self.need_at(t))

    def _coastal(self, t: int, given: Mapping[str, Value]) -> None:
        row = self.sum_p(t, self.column(self.sites["coastal"] == "yes"))
        self.rule("land.coastal_law", row, 0.0, self.need_at(t))

    def _mountain(self, t: int, given: Mapping[str, Value]) -> None:
        row = self.sum_p(t, self.column(self.sites["mountain"] == "yes"))
        self.rule("land.mountain_law", row, 0.0, self.need_at(t))

    def _around(self, t: int, given: Mapping[str, Value]) -> None:
        for place in ("station", "aerodrome"):
            near = self.sites[f"{place}_distance_km"] * 1000 < given[f"{place}_m"].number
            row = self.sum_p(t, self.column(near))
            self.rule("land.surroundings", row, 0.0, self.need_at(t), always_soft=True)

    def _duty(self, t: int, given: Mapping[str, Value]) -> None:
        served = set(self.inputs.links["site_id"])
        row = self.sum_p(t, self.column([site not in served for site in self.names]))
        self.rule("heat.duty_per_site", row, 0.0, self.need_at(t))

    def _engines(self, t: int, given: Mapping[str, Value]) -> None:
        near = self.sites["dwellings_distance_km"] * 1000 < given["near_m"].number
        near |= self.sites["schools_distance_km"] * 1000 < given["near_m"].number
        for i in range(len(self.names)):
            limit = given["near_mwth" if near.iloc[i] else "ied_mwth"].number
            heat = np.eye(len(self.names))[i][:, None] * np.ones(len(self.designs))
            row = self.sum_p(t, heat * given["thermal_per_mw"].number)
            self.rule("air.engines", row, limit, max(limit, 1.0))

    def _contracts(self, t: int, given: Mapping[str, Value]) -> None:
        period = self.periods[t]
        row = self.sum_p(t, self.coefficient("site_energy") * given["ref_share"].at(period))
        limit = given["ppa_gwh"].at(period) * given["additional_share"].number
        self.rule("energy.additional_supply", row, limit, max(limit, 1.0))

    def _shedding(self, t: int, given: Mapping[str, Value]) -> None:
        short = max(given["asked_share"].number - given["offered_share"].number, 0.0)
        row = short * self.sum_g(t, np.ones(len(self.lines), dtype=bool))
        self.rule("grid.shedding", row, 0.0, self.need_at(t))

    def _scot(self, t: int, given: Mapping[str, Value]) -> None:
        share = given["datacenter_share"].number * (1 - given["reduction"].number)
        land = self.coefficient("land") / 1e4
        for code, group in self.sites.groupby("scot_code"):
            known = group["enaf_scot_2011_2021_ha"].iloc[0]
            here = (self.sites["scot_code"] == code) & (self.sites["enaf"] != "no")
            if here.any():
                row = self.sum_p(t, land * self.column(here))
                self.rule("land.scot_envelope", row, share * known, 1.0)

    def _vacancy(self, t: int, given: Mapping[str, Value]) -> None:
        share = given["unverified_share"].at(self.periods[t])
        doubtful = 1.0 - self.sites["retainable"].to_numpy(dtype=float)
        row = self.sum_p(t, self.column(doubtful - share))
        self.rule("land.vacancy", row, 0.0, self.need_at(t))

    def _neighbours(self, t: int, given: Mapping[str, Value]) -> None:
        for place, metres in (("dwellings", "dwellings_m"), ("schools", "sensitive_m")):
            near = self.sites[f"{place}_distance_km"] * 1000 < given[metres].number
            row = self.sum_p(t, self.column(near))
            self.rule("nature.neighbours", row, 0.0, self.need_at(t), always_soft=True)

    def _hot_days(self, t: int, given: Mapping[str, Value]) -> None:
        liquid = self.inputs.coefficients["is_liquid"].sel(design=self.designs).values.astype(bool)
        hot = self.column(self.sites["hot_days_2050"] > given["max_hot_days"].number)
        row = self.sum_p(t, hot * ~liquid)
        self.rule("climate.hot_days", row, 0.0, self.need_at(t), always_soft=True)

    def _carbon(self, t: int, given: Mapping[str, Value]) -> None:
        limit = given["carbon_budget_kt"].at(self.periods[t])
        row = self.sum_p(t, self.coefficient("carbon") / 1000)
        row = row + self.pumps(t) * self.inputs.pump_carbon / 1000
        self.rule("carbon.budget", row, limit, max(abs(limit), 1.0))

    def _efficiency(self, t: int, given: Mapping[str, Value]) -> None:
        it, water = self.coefficient("it_energy"), self.coefficient("water_input")
        here, elsewhere = given["max_wue_zre"].number, given["max_wue"].number
        cap = np.where(self.sites["zre"] != "no", here, elsewhere)[:, None]
        greedy = self.coefficient("site_energy") / it > given["max_pue"].number
        for over in (greedy, water / it / 1000 > cap):
            row = self.sum_p(t, over.astype(float))
            self.rule("design.efficiency_caps", row, 0.0, self.need_at(t))

    def _drought(self, t: int, given: Mapping[str, Value]) -> None:
        wet = self.coefficient("water_input") * (self.coefficient("cooling_water") > 0) / 1000
        limit = given["order_threshold_m3"].at(self.periods[t]) / 1000
        for i in range(len(self.names)):
            only = np.where(np.arange(len(self.names))[:, None] == i, wet, 0.0)
            self.rule("water.drought_continuity", self.sum_p(t, only), limit, max(limit, 1.0))

    def _envelope(self, t: int, given: Mapping[str, Value]) -> None:
        share = given["datacenter_share"].number * (1 - given["reduction"].number)
        land = self.coefficient("land") / 1e4
        for code, group in self.sites.groupby("epci_code"):
            known = group["enaf_epci_2011_2021_ha"].iloc[0]
            here = (self.sites["epci_code"] == code) & (self.sites["enaf"] != "no")
            if known == known and here.any():
                row = self.sum_p(t, land * self.column(here))
                self.rule("land.territory_envelope", row, share * known, 1.0)

    def _cumulative(self, t: int, given: Mapping[str, Value]) -> None:
        name, period, sites = "territory.cumulative_caps", self.periods[t], self.sites
        for code in set(sites["commune_code"]):
            fixed = sum(
                max([mw for year, mw in each.it_mw.items() if year <= period], default=0.0)
                for each in self.inputs.demand.fixed
                if each.commune_code == code
            )
            limit = max(given["commune_mw"].at(period), fixed)
            here = self.column(sites["commune_code"] == code)
            self.rule(name, self.sum_p(t, here), limit - fixed, max(limit, 1.0))
        water = self.coefficient("water_input") / 1000
        for sector in set(sites["sector_code"]):
            limit = given["basin_water_m3"].at(period) / 1000
            here = self.column(sites["sector_code"] == sector)
            self.rule(name, self.sum_p(t, water * here), limit, max(limit, 1.0))

    def _sun(self, t: int, given: Mapping[str, Value]) -> None:
        """Lay panels on what a site's own artificialised ground leaves free; none elsewhere.

        A shut site has none either: ``least`` bounds its panels with its opening.
        """
        energy, land = self.coefficient("site_energy"), self.coefficient("land") / 1e4
        row = self.sum_p(t, energy * given["local_share"].at(self.periods[t]))
        for i, site in enumerate(self.names):
            panels = self.layout.at("v", i, t)
            row[panels] = -1.0
            only = self.sum_p(t, np.where(np.arange(len(self.names))[:, None] == i, land, 0.0))
            only[panels] = 1.0 / given["yield_gwh_per_ha"].number
            ground = float(self.sites.loc[site, "usable_area_m2"]) / 1e4
            self.below.append((only, ground))
            if self.sites.loc[site, "enaf"] != "no":
                shut = np.zeros(self.layout.size)
                shut[panels] = 1.0
                self.below.append((shut, 0.0))
        self.rule("energy.local_renewables", row, 0.0)

    def _no_sun(self, t: int) -> None:
        for i in range(len(self.names)):
            shut = np.zeros(self.layout.size)
            shut[self.layout.at("v", i, t)] = 1.0
            self.below.append((shut, 0.0))

    def _grid_rules(self, t: int, on: set[str]) -> None:
        yards, low = self.inputs.yards, (self.lines["domain"] == "HTA").to_numpy()
        for yard in yards.index:
            here = (self.lines["yard_id"] == yard).to_numpy()
            room = float(yards.loc[yard, "room_mw"])
            fixed = self.decided_at(self.periods[t], lambda other, here=yard: float(other == here))
            if "grid.yard_capacity" in on:
                self.rule("grid.yard_capacity", self.sum_held(t, here), max(room - fixed, 0.0))
                hta = float(yards.loc[yard, "hta_limit_mw"])
                self.rule("grid.yard_capacity", self.sum_held(t, here & low), hta)
            if "grid.reserve" in on:
                free = room * (1 - float(yards.loc[yard, "reserve_share"]))
                self.rule("grid.reserve", self.sum_held(t, here), max(free - fixed, 0.0))
        if "grid.yard_capacity" in on:
            values = RULES["grid.yard_capacity"].values_in(self.inputs)
            for site in self.names:
                here = (self.lines["site_id"] == site).to_numpy()
                limit = values["hta_site_mw"].number
                self.rule("grid.yard_capacity", self.sum_g(t, here & low), limit)
            self._neighbours_on_hta(t, values)
        if "grid.upstream" in on:
            self._upstream(t)
        if "grid.connection_delay" in on:
            start = self.inputs.start_year
            late = (start + self.lines["delay_years"] > self.periods[t]).to_numpy()
            self.rule("grid.connection_delay", self.sum_held(t, late), 0.0)
        if "grid.backup" in on:
            share = RULES["grid.backup"].values_in(self.inputs)["backup_share"].number
            scale = max(self.inputs.demand.to_place_mw(self.periods[t]), 1.0)
            for site in self.names:
                here = (self.lines["site_id"] == site).to_numpy()
                row = share * self.sum_g(t, here) - self.sum_of("r", t, here)
                self.rule("grid.backup", row, 0.0, scale)

    def _upstream(self, t: int) -> None:
        yards = self.inputs.yards
        zone = self.lines["yard_id"].map(yards["departement_code"]).to_numpy()
        for code, cap in self.inputs.zones["cap_mw"].items():
            inside = (yards["departement_code"] == code).astype(float).to_dict()
            fixed = self.decided_at(self.periods[t], inside.__getitem__)
            free = max(float(cap) - fixed, 0.0)
            self.rule("grid.upstream", self.sum_g(t, zone == code), free)

    def _neighbours_on_hta(self, t: int, values: Mapping[str, Value]) -> None:
        """Every set of sites of one yard, all near one another, shares one HTA bound."""
        if "x_m" not in self.sites:
            return
        points = self.sites[["x_m", "y_m"]].to_numpy(dtype=float)
        near = values["shared_hta_km"].number * 1000
        low = self.lines[self.lines["domain"] == "HTA"]
        for _, lines in low.groupby("yard_id"):
            sites = [self.names.index(site) for site in lines["site_id"]]
            for size in range(2, len(sites) + 1):
                for group in combinations(range(len(sites)), size):
                    apart = [
                        np.hypot(*(points[sites[a]] - points[sites[b]]))
                        for a, b in combinations(group, 2)
                    ]
                    if max(apart) <= near:
                        here = np.zeros(len(self.lines), dtype=bool)
                        here[lines.index[list(group)]] = True
                        limit = values["hta_site_mw"].number
                        self.rule("grid.yard_capacity", self.sum_g(t, here), limit)

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
        for t, year in enumerate(years):
            share = year / sum(years)
            self.cost += self.sum_p(t, yearly * share)
            electricity = self.rate("energy_above_it") + self.inputs.pump_carbon / 1e3 * self.rate(
                "carbon"
            )
            self.cost += self.pumps(t) * electricity * share
            for n in range(len(self.sinks)):
                self.cost[self.layout.at("h", n, t)] -= share * self.rate("useful_heat")
