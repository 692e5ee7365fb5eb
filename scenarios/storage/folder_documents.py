"""What the documents of a results folder must be: keys, types, and numbers that are finite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

Digits = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1)]
Amount = float | None
Figures = dict[str, Amount]
FAULTS_FR = {"missing": "absent", "extra_forbidden": "inconnu"}
# The figures of a period that every page, sheet and comparison shows.
SHOWN = (
    "it_mw", "sites", "departements", "site_energy_twh", "it_energy_twh", "electricity_twh",
    "water_input_m3", "carbon_kt", "land_ha", "reused_ha", "enaf_low_ha",
    "enaf_high_ha", "connection_cost_low_meur", "connection_cost_meur", "connection_cost_high_meur",
)  # fmt: skip


class Told(BaseModel):
    """A document of ours, or a part of one: typed where it is read, open to more."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, frozen=True)


class Resource(Told):
    """A file of the folder, as its descriptor seals it."""

    path: Name
    hash: Digits
    bytes: int


class Solver(Told):
    """How the solver ended; a figure that the program could not give is null."""

    status: Name
    solver: str
    objective: Amount
    bound: Amount
    gap: Amount
    min_mw: Amount
    sites_considered: int
    sites_large_enough: int
    sites_selected_among: int


class Source(Told):
    """A layer that a run rests on, or one that it lacks."""

    title: str
    producer: str
    licence: str
    vintage: str
    state: str


class Descriptor(Told):
    """``datapackage.json``."""

    name: Name
    title: str
    created: str
    schema_version: int
    version: str
    libraries: dict[str, str]
    inputs: dict[str, str]
    solver: Solver
    resources: list[Resource]
    sources: list[Source]


class NamedRule(Told):
    """A rule, named."""

    rule_id: Name
    label_fr: str


class SilentRule(NamedRule):
    """A rule that is off or not evaluated, and why."""

    why_fr: str


class BindingRule(NamedRule):
    """A limit that is reached."""

    rule: str
    where: str
    period: int | None
    price_text_fr: str


class BrokenRule(NamedRule):
    """A soft limit that is exceeded."""

    where: str
    period: int | None
    excess: float
    unit: str


class Demand(Told):
    """What a period asks."""

    total_it_mw: float
    existing_it_mw: float
    fixed_it_mw: float
    to_place_it_mw: float
    existing_status_fr: str
    measured_share: Amount


class Choice(Told):
    """An entry of the journal."""

    key: str
    why: str
    decided_by: str
    decided_on: str


class Yard(Told):
    """A yard to ask about."""

    yard_id: Name
    name: str
    used_mw: float
    worth_meur_per_mw: Amount
    room_low_mw: Amount
    room_mw: Amount
    room_high_mw: Amount
    room_status: str | None


class Visit(Told):
    """A site to go and see."""

    site_id: Name
    name_fr: str
    commune_name: str
    departement_code: str
    why_fr: str


class OtherPlan(Told):
    """Another plan, nearly as good."""

    alternative: int
    sites: int
    it_mw: float
    kept: list[str]
    added: list[str]
    dropped: list[str]
    objective_gap: Amount
    proven_gap: Amount


class Summary(Told):
    """``summary.json``, what ``siting run --json`` prints."""

    schema_version: int
    scenario: Name
    title: str
    question: str
    reference_date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    territory: str | list[str]
    territory_fr: str
    climate: str
    periods: Annotated[list[Annotated[int, Field(ge=1900, le=2200)]], Field(min_length=1)]
    demand: dict[str, Demand]
    plan: dict[str, Figures]
    basis_fr: str
    n_sites: int
    fates: dict[str, int]
    designs: dict[str, float]
    answer_fr: list[str]
    more_fr: list[str]
    binding_rules: list[BindingRule]
    broken_rules: list[BrokenRule]
    rules_evaluated: int
    rules_total: int
    rules_off: list[SilentRule]
    rules_not_evaluated: list[SilentRule]
    rules_partly_evaluated: list[SilentRule]
    criteria_not_evaluated: list[dict[str, str]]
    solver: Solver
    yards_to_ask: list[Yard]
    to_visit: list[Visit]
    occupancy: dict[str, int]
    journal: list[Choice]
    objective_terms: list[dict[str, JsonValue]]
    water_months: list[dict[str, JsonValue]]
    locks: list[JsonValue]
    alternatives: list[OtherPlan] = []
    rule_costs: list[NamedRule] = []
    capacity: list[NamedRule] = []
    heat_duty: dict[str, int] = {}
    heat_taken: list[dict[str, JsonValue]] = []


class Used(Told):
    """A dated value, as used."""

    name: Name
    label_fr: str
    value: JsonValue
    low: JsonValue
    high: JsonValue
    unit: str
    scope: str
    status: str
    status_fr: str
    since: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    reference: str


class Project(Told):
    """A project announced, or held as decided."""

    name: Name
    it_mw: dict[Annotated[str, Field(pattern=r"^\d{4}$")], float]


class Existing(Told):
    """What exists already, as an audit or the scenario tells it; nothing more, nothing less."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)

    existing_it_mw: float
    told_gwh: float
    untold_mw: Amount
    existing_water_m3: Amount
    silent_water: int


class Parameters(Told):
    """``parameters.json``: the scenario as run, and every dated value."""

    existing: Existing | None = None

    scenario: dict[str, JsonValue]
    projects: list[Project]
    values: list[Used]


class Projects(Told):
    """``context/projects.json``, held in one key to be checked like the others."""

    rows: list[Project]


def document_faults(model: type[BaseModel], content: Any) -> Iterator[str]:
    """Say in what a document differs from its model.

    Parameters
    ----------
    model : one of this module's, or of another that is as closed.
    content : what the JSON holds.

    Yields
    ------
    French words, one a fault: where, and what.
    """
    try:
        model.model_validate(content)
    except ValidationError as problem:
        for fault in problem.errors(include_url=False, include_context=False):
            where = ".".join(str(part) for part in fault["loc"]) or "le document"
            yield f"{where} : {FAULTS_FR.get(fault['type'], 'du mauvais type')}"


def summary_faults(summary: Mapping[str, Any]) -> Iterator[str]:
    """Say which periods or figures a summary lacks, once its types are sound.

    Parameters
    ----------
    summary : a sound summary.

    Yields
    ------
    French words, one a fault.
    """
    periods = summary["periods"]
    if sorted(set(periods)) != periods:
        yield "periods : les échéances ne se suivent pas"
    for part in ("plan", "demand"):
        if sorted(summary[part]) != [str(period) for period in periods]:
            yield f"{part} : les échéances ne sont pas celles de periods"
    for period, figures in summary["plan"].items():
        yield from (f"plan.{period}.{name} : absent" for name in SHOWN if figures.get(name) is None)
