"""The program: its variables and its physics; the rules add their rows to it.

Units inside: MW, GWh a year, 1,000 m³ a year, ha, M€. Sites, designs, connections, links and
periods are sorted, and every row and column carries a name of ours in ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from siting.program.presolve import SiteCaps, prepared
from siting.program.program_inputs import FixedProject, Inputs
from siting.program.rule_registry import Row, Rule, Terms, is_hard, setting_of

Variables = NDArray[np.object_]
Floats = NDArray[np.float64]

# Objective × 1e4: unscaled coefficients fall to 1e-7, which is HiGHS's dual tolerance.
OBJECTIVE_SCALE = 1e4
# Below this a coefficient is rounding noise of the footprints, and only slows the simplex.
NEGLIGIBLE = 1e-9
# A .lp file holds 100 signs a name; a number or « slack_ » may still be put to it.
LONGEST_NAME = 90


@dataclass(frozen=True)
class BilledRow:
    """A row of a rule as written in the program, with its slack when the rule is soft."""

    rule: Rule
    row: Row
    name: str
    hard: bool
    slack: pulp.LpVariable | None

    @property
    def unit(self) -> str:
        """Return the unit the row is shown in: its own, or the rule's."""
        return self.row.unit or self.rule.unit

    @property
    def shown(self) -> float:
        """Return what brings the row's figures to ``unit``."""
        return self.row.shown_per_row or (1.0 if self.row.unit else self.rule.shown_per_row)

    @property
    def lack_fr(self) -> str:
        """Return the noun of what the row lacks: its own, or the rule's."""
        return self.row.lack_fr or self.rule.lack_fr


class Problem:
    """Variables and physics of one question; the only holder of PuLP objects."""

    def __init__(self, inputs: Inputs, *, tight: bool = True) -> None:
        self.inputs = inputs
        self.tight = tight
        self.caps: SiteCaps
        self.connections: pd.DataFrame
        self.connections, self.caps = prepared(inputs, tight=tight)
        self.sites = inputs.sites.sort_index()[self.caps.fits]
        self.yards = inputs.yards.sort_index()
        self.zones = inputs.zones.sort_index()
        self.site_ids = [str(site) for site in self.sites.index]
        designs = [str(design) for design in inputs.coefficients["design"].values]
        self.designs = sorted(designs)
        self._design_order = np.argsort(np.array(designs), kind="stable")
        self.periods = inputs.demand.periods
        self.links = _links_in_reach(inputs, self.site_ids)
        self.sinks = sorted(set(self.links["sink_id"]))
        self.program = pulp.LpProblem("siting", pulp.LpMinimize)
        self.billed: list[BilledRow] = []
        self.noted: list[BilledRow] = []
        self.largest: pulp.LpVariable | None = None
        self.costs: dict[pulp.LpVariable, float] = {}
        self._sums: dict[tuple[str, int], pulp.LpVariable] = {}
        self._rows_of: dict[str, dict[str, NDArray[np.intp]]] = {}
        self._coefficients: dict[str, Floats] = {}
        self._named: dict[str, set[str]] = {"columns": set(), "rows": set()}
        self._declare()

    def coefficient(self, name: str, scale: float = 1.0) -> Floats:
        """Return a coefficient (site, design), in the ledger's unit × scale.

        Parameters
        ----------
        name : a name in ``Inputs.coefficients``, of dims (site_id, design).
        scale : multiplies it; 1e-3 turns kg into t.

        Returns
        -------
        One row a site that fits, one column a design, both sorted.

        Raises
        ------
        SitingError : SIT105 when a site has no coefficients.
        """
        if name not in self._coefficients:
            found = self.inputs.coefficient(name, list(self.sites.index))
            self._coefficients[name] = found[:, self._design_order]
        return self._coefficients[name] * scale

    def need(self, period: int) -> float:
        """Return the IT MW to place at a period.

        Parameters
        ----------
        period : one of the demand's periods, a year.

        Returns
        -------
        IT MW, less what exists and fixed projects; ≥ 0.
        """
        return self.inputs.demand.to_place_mw(period)

    def placed(self, weight: Floats, period: int, among: NDArray[np.bool_] | None = None) -> Terms:
        """Return Σ weight[s,d]·p[s,d,t] over the sites of a mask.

        Parameters
        ----------
        weight : (site, design), per MW of IT; what is within 1e-9 of zero is left out.
        period : one of the program's periods, a year.
        among : which sites count; None, all.

        Returns
        -------
        Pairs (IT MW of a site and design, weight).
        """
        t = self.periods.index(period)
        keep = np.abs(weight) > NEGLIGIBLE
        if among is not None:
            keep &= among[:, None]
        return list(zip(self.it[keep, t], weight[keep].tolist(), strict=True))

    def metered(self, period: int, rows: NDArray[np.intp]) -> Terms:
        """Return Σ g[k,t] over connections given by their position, in MW at the meter.

        Parameters
        ----------
        period : one of the program's periods, a year.
        rows : positions in ``connections``.

        Returns
        -------
        Each line's MW with coefficient one.
        """
        return ones(self.meter[rows, self.periods.index(period)])

    def lines_of(self, i: int) -> NDArray[np.intp]:
        """Return the positions of the connections a site, given by its own, may choose from.

        Parameters
        ----------
        i : position of the site in ``site_ids``.

        Returns
        -------
        Positions in ``connections``; empty when it has none.
        """
        return self.ends_by("site_id").get(self.site_ids[i], np.empty(0, dtype=np.intp))

    def begun(self, i: int, t: int) -> Terms:
        """Return the sum that is one when a site is in service at a period, else zero.

        Parameters
        ----------
        i : position of the site in ``site_ids``.
        t : position of the period in ``periods``; −1 is the last.

        Returns
        -------
        Each line's yes or no with coefficient one.
        """
        return ones(self.used[self.lines_of(i), t])

    def held(self, period: int, rows: NDArray[np.intp]) -> Terms:
        """Return what connections take of their yards: what they draw, and what they back up.

        Parameters
        ----------
        period : one of the program's periods, a year.
        rows : positions in ``connections``.

        Returns
        -------
        MW at the meter, each with coefficient one; what is backed up only when the scenario asks
        for a second supply.
        """
        terms = self.metered(period, rows)
        if self.backs.size:
            terms += ones(self.reserve[rows, self.periods.index(period)])
        return terms

    def connections_at(self, yard_id: str) -> NDArray[np.intp]:
        """Return the positions of the connections that end at a yard.

        Parameters
        ----------
        yard_id : a yard; one that no connection reaches gives none.

        Returns
        -------
        Positions in ``connections``.
        """
        return self.ends_by("yard_id").get(yard_id, np.empty(0, dtype=np.intp))

    def fixed(self, quantity: str, period: int) -> float:
        """Return what fixed projects take of a quantity.

        Parameters
        ----------
        quantity : a number of ``FixedProject``: grid_mw, water_m3, land_ha, enaf_ha or heat_gwh.
        period : a year; each project counts by its share in service then.

        Returns
        -------
        The sum over the projects, in the quantity's unit.
        """
        projects = self.inputs.demand.fixed
        return sum(float(getattr(each, quantity)) * in_service(each, period) for each in projects)

    def fixed_at(self, yard_id: str, period: int) -> float:
        """Return the MW at the meter that fixed projects take at a yard.

        Parameters
        ----------
        yard_id : a yard; one that no project connects to gives 0.
        period : a year; each project counts by its share in service then.

        Returns
        -------
        MW at the meter.
        """
        return sum(
            each.grid_mw * each.yard_shares.get(yard_id, 0.0) * in_service(each, period)
            for each in self.inputs.demand.fixed
        )

    def fixed_in(self, departement_code: str, period: int) -> float:
        """Return the MW at the meter that fixed projects take at the yards of a département.

        Parameters
        ----------
        departement_code : the code that ``yards`` carry, as text.
        period : a year; each project counts by its share in service then.

        Returns
        -------
        MW at the meter.
        """
        here = self.yards.index[self.yards["departement_code"].astype(str) == departement_code]
        return sum(self.fixed_at(str(yard), period) for yard in here)

    def capped(self, row: Row) -> Row:
        """Raise a « ≤ » limit to what fixed projects alone take, and say so.

        Parameters
        ----------
        row : a « ≤ » row; its constant is what fixed projects take.

        Returns
        -------
        The row itself when the constant is within the limit, else one whose limit is the constant,
        and whose note says so.
        """
        if row.constant <= row.limit + 1e-9:
            return row
        return replace(row, limit=row.constant, note_fr="dépassé par un projet déjà décidé")

    def total(self, slug: str, period: int, terms: Terms) -> pulp.LpVariable:
        """Return a variable equal to a sum, written once: shares × Σ of all columns are dense.

        Parameters
        ----------
        slug : names the sum; asked again at the same period, the first sum is returned.
        period : a year.
        terms : pairs (variable, coefficient), whose sum is ≥ 0.

        Returns
        -------
        « sum_slug_period », ≥ 0.
        """
        key = (slug, period)
        if key not in self._sums:
            variable = self.variable(f"sum_{slug}_{period}")
            self.add(f"sum_{slug}_{period}", [*terms, (variable, -1.0)], "==", 0.0)
            self._sums[key] = variable
        return self._sums[key]

    def variable(self, name: str, most: float | None = None) -> pulp.LpVariable:
        """Declare one column, ≥ 0.

        Parameters
        ----------
        name : what it is and of what; identifiers are free texts, written in it as they are.
        most : its upper bound, or None.

        Returns
        -------
        The variable, under a name no other has.
        """
        return self.program.add_variable(self._own_name(name, "columns"), 0, most)

    def _own_name(self, name: str, kind: str) -> str:
        """Return the name as a .lp file keeps it, numbered when two texts put together are one."""
        plain = kept = escaped(name)
        again = 2
        while kept in self._named[kind]:
            kept, again = f"{plain}~{again}", again + 1
        self._named[kind].add(kept)
        return kept

    def add(self, name: str, terms: Terms, sense: str, limit: float) -> str:
        """Write one row.

        Parameters
        ----------
        name : the row's own; identifiers are free texts, written in it as they are.
        terms : pairs (variable, coefficient); the same variable may come several times.
        sense : <=, >= or ==.
        limit : what the sum is compared to.

        Returns
        -------
        The name it bears in the program.
        """
        senses = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "==": pulp.LpConstraintEQ}
        summed: dict[pulp.LpVariable, float] = {}
        for variable, coefficient in terms:
            summed[variable] = summed.get(variable, 0.0) + coefficient
        expression = pulp.LpAffineExpression(list(summed.items()))
        ours = self._own_name(name, "rows")
        self.program.addConstraint(pulp.LpConstraint(expression, senses[sense], ours, limit))
        return ours

    def cost(self, terms: Iterable[tuple[pulp.LpVariable, float]]) -> None:
        """Add to the objective, in its own unit (references × weights, before the scale).

        Parameters
        ----------
        terms : pairs (variable, cost of one unit of it); zeros are left out.
        """
        for variable, coefficient in terms:
            if coefficient:
                self.costs[variable] = self.costs.get(variable, 0.0) + coefficient

    def apply(self, rule: Rule) -> None:
        """Write the rows of a rule, with a priced slack when the scenario takes it as soft.

        Parameters
        ----------
        rule : a rule the scenario turns on; a row with no variable, or of a note, is noted, not
            written.

        Raises
        ------
        SitingError : SIT500 when the rule has no value.
        """
        setting = setting_of(self.inputs, rule.name)
        hard = is_hard(self.inputs, rule)
        for row in rule.rows(self, rule.values_in(self.inputs)):
            if rule.kind == "note" or not (row.left or row.right):
                self.noted.append(BilledRow(rule, row, "", False, None))
                continue
            name = f"{rule.id}_{slug(rule.name)}__{row.slug}_{row.period}"
            terms = [*row.left, *((variable, -factor) for variable, factor in row.right)]
            slack = None
            if not hard:
                slack = self.variable(f"slack_{name}")
                terms.append((slack, 1.0 if row.sense == ">=" else -1.0))
                self.cost([(slack, setting.penalty / (row.scale or max(abs(row.limit), 1.0)))])
            name = self.add(name, terms, row.sense, row.limit - row.constant)
            self.billed.append(BilledRow(rule, row, name, hard, slack))

    def finish(self) -> None:
        """Set the objective, once the rules and the terms are written."""
        self.program.setObjective(
            pulp.LpAffineExpression(
                [(variable, value * OBJECTIVE_SCALE) for variable, value in self.costs.items()]
            )
        )

    def _declare(self) -> None:
        sites = self.site_ids
        self.ends = _joined(self.connections, "site_id", "yard_id", "domain")
        pairs = _joined(self.links, "site_id", "sink_id")
        self.it = self._grid("it", [f"{s}_{d}" for s in sites for d in self.designs]).reshape(
            len(sites), len(self.designs), len(self.periods)
        )
        self.site_mw = self._grid("site", sites)
        self.meter = self._grid("meter", self.ends)
        self.used = self._grid("use", self.ends, most=1.0)
        self.heat_sent = self._grid("heat", pairs)
        self.sink_mw = self._grid("sinkmw", self.sinks)
        self.sink_gwh = self._grid("sinkgwh", self.sinks)
        self.opened = np.array([self.variable(f"open_{s}", 1) for s in sites], dtype=np.object_)
        self.grown = self._grid("grow", sites, self.periods[1:], most=1.0)
        second = self.ends if setting_of(self.inputs, "grid.backup").enabled else []
        self.backs = self._grid("back", second, self.periods[-1:], most=1.0).ravel()
        self.reserve = self._grid("reserve", second)
        limits = self.connections["limit_mw"].to_numpy(dtype=np.float64)
        for row, limit in zip(self.meter, limits, strict=True):
            for variable in row:
                variable.upBound = float(limit)

    def _grid(
        self,
        kind: str,
        names: Sequence[str],
        periods: Sequence[int] | None = None,
        most: float | None = None,
    ) -> Variables:
        when = self.periods if periods is None else periods
        columns = np.empty((len(names), len(when)), dtype=np.object_)
        for i, name in enumerate(names):
            for t, period in enumerate(when):
                columns[i, t] = self.variable(f"{kind}_{name}_{period}", most)
        return columns

    def ends_by(self, column: str) -> dict[str, NDArray[np.intp]]:
        """Return the positions of the connections by site or by yard.

        Parameters
        ----------
        column : site_id, yard_id or another column of ``connections``.

        Returns
        -------
        Positions in ``connections``, by value as text.
        """
        if column not in self._rows_of:
            grouped = self.connections.groupby(column, sort=True).indices
            self._rows_of[column] = {
                str(key): np.asarray(rows, dtype=np.intp) for key, rows in grouped.items()
            }
        return self._rows_of[column]


def ones(variables: Iterable[pulp.LpVariable]) -> Terms:
    """Return each variable with coefficient one.

    Parameters
    ----------
    variables : columns of the program.

    Returns
    -------
    Pairs (variable, 1.0), in the same order.
    """
    return [(variable, 1.0) for variable in variables]


def slug(name: str) -> str:
    """Return an ASCII name a .lp file keeps as it is.

    Parameters
    ----------
    name : any text.

    Returns
    -------
    Letters and digits without accents, « _ » for each run of the rest, none at the ends.

    Examples
    --------
    >>> slug("Poste de Saint-Étienne n° 2")
    'Poste_de_Saint_Etienne_n_2'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")


def escaped(name: str) -> str:
    """Return a name a .lp file keeps as it is, another for each text: nothing is folded away.

    Parameters
    ----------
    name : any text; ASCII letters, digits and « _ » stay, another sign becomes its number.

    Returns
    -------
    At most 90 signs: a longer name keeps its beginning, and the digest of the whole.

    Examples
    --------
    >>> escaped("open_A_1"), escaped("open_A-1"), escaped("open_Île 3")
    ('open_A_1', 'open_A~2d~1', 'open_~ce~le~20~3')
    """
    plain = re.sub(r"[^A-Za-z0-9_]", lambda sign: f"~{ord(sign[0]):x}~", name)
    if len(plain) <= LONGEST_NAME:
        return plain
    return f"{plain[:60]}~~{sha256(name.encode()).hexdigest()[:24]}"


def in_service(project: FixedProject, period: int) -> float:
    """Return the share of a fixed project in service on 31 December of a period.

    Parameters
    ----------
    project : a project already decided.
    period : a year.

    Returns
    -------
    Its IT MW then over its largest, from 0 to 1; 0 when it has none.
    """
    whole = max(project.it_mw.values(), default=0.0)
    return project.it_mw_at(period) / whole if whole else 0.0


def chords(curve: Floats) -> list[tuple[float, float]]:
    """Return the chords (GWh per MW, GWh at zero) of a sink's curve, the last one flat.

    Parameters
    ----------
    curve : (k, 2) breakpoints (MW of steady heat, GWh a year), MW strictly growing.

    Returns
    -------
    k pairs: a chord between each two points, then the last point's GWh, flat.

    Examples
    --------
    >>> chords(np.array([[0.0, 0.0], [1.0, 8.0], [3.0, 12.0]]))
    [(8.0, 0.0), (2.0, 6.0), (0.0, 12.0)]
    """
    x, y = curve[:, 0], curve[:, 1]
    slopes = np.diff(y) / np.diff(x)
    lines = list(zip(slopes.tolist(), (y[:-1] - slopes * x[:-1]).tolist(), strict=True))
    return [*lines, (0.0, float(y[-1]))]


def _joined(table: pd.DataFrame, *columns: str) -> list[str]:
    parts = [[str(value) for value in table[column]] for column in columns]
    return ["_".join(part) for part in zip(*parts, strict=True)]


def _links_in_reach(inputs: Inputs, sites: list[str]) -> pd.DataFrame:
    known = inputs.links["sink_id"].isin(list(inputs.heat_curves))
    here = inputs.links["site_id"].isin(sites)
    return inputs.links[known & here].sort_values(["site_id", "sink_id"], ignore_index=True)
