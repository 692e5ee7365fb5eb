"""The rules of the room's program: each row, and how it follows the rule's values and the need.

A value moves a row's limit or its shares in a straight line, or it is not offered: found by
writing the rule's rows at three values and looking, so that no rule is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layers.words.dated_values import Value
from siting.program.problem import BilledRow, Problem
from siting.program.program_inputs import Inputs, RuleSetting
from siting.program.rule_registry import RULES, Row, Rule, Terms, setting_of
from siting.solver.highs_engine import Engine

SIZE = "territory.site_size"
# Rules that add columns of their own, or that the room asks for by other gestures.
NOT_OFFERED = ("grid.backup", "sites.locks")
# Written only where the scenario asks for them: their own columns and rows are not a rule's.
NOT_TURNED_ON = ("energy.local_renewables", "territory.twin_sites")
# A rule the scenario leaves off may be turned on when its rows are few.
FEW_ROWS = ("region", "basin", "departement", "territory", "domain")
NEARLY = 1e-7


class Scratch(Problem):
    """The columns of the program alone: what a rule would write beside its rows is not kept."""

    def add(self, name: str, terms: Terms, sense: str, limit: float) -> str:
        """Write nothing.

        Parameters
        ----------
        name : of the row.
        terms : not read.
        sense : not read.
        limit : not read.

        Returns
        -------
        The name.
        """
        return name


@dataclass(frozen=True)
class RoomValue:
    """A value of a rule that the room may move: its figure at the last period.

    ``written`` is the figure the rows of the program were written with.
    """

    key: str
    label_fr: str
    unit: str
    at_last: float
    by_year: Mapping[str, float] | None
    written: float

    def moved(self, value: Value, at_last: float) -> Value:
        """Return the dated value with another figure at the last period, its years in proportion.

        Parameters
        ----------
        value : as the scenario takes it.
        at_last : the new figure.

        Returns
        -------
        The value moved.
        """
        if self.by_year is None:
            return replace(value, value=at_last)
        share = at_last / self.written if self.written else 0.0
        years = {y: v * share if self.written else at_last for y, v in self.by_year.items()}
        return replace(value, value=years)


@dataclass
class RoomRule:
    """A rule of the room: as the scenario takes it, and the values that may move."""

    rule: Rule
    setting: RuleSetting
    values: list[RoomValue] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return what the page reads of it.

        Returns
        -------
        Plain values: name, id, label, unit, scope, grain, kind, how, penalty and values.
        """
        how = "off" if not self.setting.enabled else "hard" if self.setting.hard else "soft"
        if self.rule.kind == "term" and how == "hard":
            how = "soft"
        return {
            "name": self.rule.name, "id": self.rule.id, "label": self.rule.label_fr,
            "unit": self.rule.unit, "scope": self.rule.scope, "grain": self.rule.grain,
            "kind": self.rule.kind, "how": how, "penalty": self.setting.penalty,
            "values": [
                {"key": v.key, "label": v.label_fr, "unit": v.unit, "at": v.at_last,
                 "written": v.written,
                 "years": None if v.by_year is None else dict(v.by_year)}
                for v in self.values
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Slope:
    """How a row follows a value: its limit, its scale, and its factors by column name."""

    limit: float
    scale: float
    factors: Mapping[str, float]


@dataclass(frozen=True)
class WrittenRow:
    """A row of a rule in the program, and what moves it."""

    billed: BilledRow
    slopes: Mapping[str, Slope]
    scale: float
    scale_per_need: float

    def told(self, engine: Engine, names: Mapping[str, int]) -> dict[str, Any]:
        """Return what the page reads of it, columns by their number.

        Parameters
        ----------
        engine : the program in HiGHS.
        names : the number of each of its columns, by name.

        Returns
        -------
        Plain values.
        """
        billed, row = self.billed, self.billed.row
        slack = engine.columns.get(billed.slack, -1) if billed.slack is not None else -1
        return {
            "rule": billed.rule.name, "row": engine.rows[billed.name], "where": row.where,
            "period": row.period, "sense": row.sense, "limit": row.limit,
            "constant": row.constant, "slack": slack, "scale": self.scale,
            "scale_need": self.scale_per_need, "own_scale": row.scale is not None,
            "unit": billed.unit, "shown": billed.shown, "lack": billed.lack_fr,
            "slopes": {
                key: [slope.limit, slope.scale,
                      [[names[name], factor] for name, factor in slope.factors.items()]]
                for key, slope in self.slopes.items()
            },
        }  # fmt: skip


def offered_rules(inputs: Inputs) -> dict[str, RoomRule]:
    """Return the rules the page may take as hard, soft or off, those of the scenario first.

    Parameters
    ----------
    inputs : the question.

    Returns
    -------
    By name, in the order of their identifiers.
    """
    found = {}
    for name, rule in sorted(RULES.items(), key=lambda each: each[1].id):
        setting = setting_of(inputs, name)
        silent = rule.kind == "note" or name in NOT_OFFERED or rule.lacks(inputs)
        few = rule.grain in FEW_ROWS and name not in NOT_TURNED_ON
        if silent or not (setting.enabled or few):
            continue
        found[name] = RoomRule(rule, setting)
    return found


def levers_of(
    inputs: Inputs, whole: Inputs, problem: Problem, rules: Mapping[str, RoomRule]
) -> list[WrittenRow]:
    """Return each rule's row with what moves it; the values that move are added to the rules.

    Parameters
    ----------
    inputs : as the program was written.
    whole : the same with every candidate: what an excess is measured by looks at all of them.
    problem : the program, its rows written.
    rules : those offered; their ``values`` are filled.

    Returns
    -------
    One a billed row, in the order of the program.
    """
    scratch = Scratch(inputs, tight=False)
    slopes: dict[tuple[str, str, int], dict[str, Slope]] = {}
    for name, room in rules.items():
        values = room.rule.values_in(inputs)
        here = _rows(room.rule, scratch, values)
        declared = room.rule.values_in(replace(inputs, rules={name: room.setting}))
        for value in _movable(values, declared, inputs):
            found = _straight(room.rule, scratch, values, value, here)
            if found:
                room.values.append(value)
                for (slug, period), slope in found.items():
                    slopes.setdefault((name, slug, period), {})[value.key] = slope
    measures = _measures(whole, rules)
    written = []
    for billed in problem.billed:
        key = (billed.rule.name, billed.row.slug, billed.row.period)
        scale, per_need = measures.get(key, (_scale(billed.row), 0.0))
        written.append(WrittenRow(billed, slopes.get(key, {}), scale, per_need))
    return written


def _movable(
    written: Mapping[str, Value], declared: Mapping[str, Value], inputs: Inputs
) -> list[RoomValue]:
    last, found = inputs.demand.periods[-1], []
    for key, value in written.items():
        if isinstance(value.value, str):
            continue
        years = dict(value.value) if isinstance(value.value, dict) else None
        at, wrote = declared[key].at(last), value.at(last)
        found.append(RoomValue(key, value.label_fr, value.unit, at, years, wrote))
    return found


def _straight(
    rule: Rule,
    problem: Problem,
    values: Mapping[str, Value],
    value: RoomValue,
    here: Mapping[tuple[str, int], Row],
) -> dict[tuple[str, int], Slope]:
    """Return each row's slope by a value, or nothing where a row does not move in a line."""
    at = value.written
    ends = (at * 0.5, at * 0.75) if at else (0.1, 0.2)
    rows = [
        _rows(rule, problem, {**values, value.key: value.moved(values[value.key], end)})
        for end in ends
    ]
    if any(set(each) != set(here) for each in rows):
        return {}
    found = {}
    for key, row in here.items():
        low, high = (_difference(row, each[key], end - at) for each, end in
                     zip(rows, ends, strict=True))  # fmt: skip
        if low is None or high is None or not _same(low, high):
            return {}
        found[key] = high
    return found if any(s.limit or s.factors for s in found.values()) else {}


def _difference(row: Row, other: Row, step: float) -> Slope | None:
    """Return the slope between two writings of a row; None when its own side changes."""
    if _side(row.left) != _side(other.left) or abs(row.constant - other.constant) > NEARLY:
        return None
    before, after = _side(row.right), _side(other.right)
    factors = {
        name: (after.get(name, 0.0) - before.get(name, 0.0)) / step
        for name in sorted({*before, *after})
    }
    return Slope(
        (other.limit - row.limit) / step,
        (_scale(other) - _scale(row)) / step,
        {name: factor for name, factor in factors.items() if factor},
    )


def _same(one: Slope, other: Slope) -> bool:
    def near(a: float, b: float) -> bool:
        return abs(a - b) <= NEARLY * max(1.0, abs(a), abs(b))

    return near(one.limit, other.limit) and set(one.factors) == set(other.factors) and all(
        near(factor, other.factors[name]) for name, factor in one.factors.items()
    )  # fmt: skip


def _rows(rule: Rule, problem: Problem, values: Mapping[str, Value]) -> dict[tuple[str, int], Row]:
    return {(row.slug, row.period): row for row in rule.rows(problem, values)}


def _side(terms: Sequence[tuple[Any, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for variable, factor in terms:
        total[variable.name] = total.get(variable.name, 0.0) + factor
    return total


def _scale(row: Row) -> float:
    """Return what a soft row's excess is measured by, as ``Problem.apply`` does."""
    return row.scale or max(abs(row.limit), 1.0)


def _measures(
    inputs: Inputs, rules: Mapping[str, RoomRule]
) -> dict[tuple[str, str, int], tuple[float, float]]:
    """Return what each row's excess is measured by, and how that follows its period's need."""
    demand = inputs.demand
    more = {period: mw + 10.0 for period, mw in demand.it_mw.items()}
    problems = [
        Scratch(replace(inputs, demand=replace(demand, it_mw=it)), tight=False)
        for it in (demand.it_mw, more)
    ]
    found = {}
    for name, room in rules.items():
        if room.rule.grain not in FEW_ROWS:
            continue
        values = room.rule.values_in(inputs)
        before, after = (_rows(room.rule, problem, values) for problem in problems)
        for key in before.keys() & after.keys():
            step = problems[1].need(key[1]) - problems[0].need(key[1])
            scale = _scale(before[key])
            slope = (_scale(after[key]) - scale) / step if step else 0.0
            found[(name, *key)] = (scale, slope)
    return found
