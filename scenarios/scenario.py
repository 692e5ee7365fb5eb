"""A scenario: one frozen model read from one TOML file, refused with the nearest known name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from layers.errors import SitingError

LIBRARY = Path(__file__).parent / "library"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    """Frozen, closed to unknown keys; the docstring under a field is its documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class DemandPart(Part):
    """Le besoin à satisfaire."""

    it_mw: dict[int, NotNegative]
    """Puissance informatique totale installée dans la région, par échéance [MW]."""
    existing_it_mw: NotNegative = 20.0
    """Puissance informatique déjà en service [MW], hypothèse tant qu'aucun audit n'est lu."""
    utilisation: Annotated[float, Field(gt=0, le=1)] = 0.70
    """Puissance informatique moyenne appelée ÷ puissance installée."""
    fixed_projects: tuple[str, ...] = ()
    """Projets annoncés tenus pour décidés, par exemple ["bxia"]."""


class CandidatesPart(Part):
    """D'où viennent les sites candidats, et ce qui les écarte."""

    sources: tuple[Literal["friches"], ...] = ("friches",)
    """Sources de candidats."""
    min_area_ha: Positive = 1.0
    """Surface minimale d'un site [ha]."""
    with_project: bool = False
    """Admet les friches qui ont déjà un projet."""
    criteria: tuple[str, ...] = (
        "land.min_area",
        "land.no_project",
        "land.not_natural",
        "grid.within_reach",
        "nature.outside_reserve",
        "nature.outside_natura2000",
        "nature.outside_znieff",
        "nature.outside_wetland",
        "risk.outside_flood",
    )
    """Critères éliminatoires appliqués."""
    on_missing_layer: Literal["report", "refuse"] = "report"
    """Couche absente : la signaler (report) ou s'arrêter (refuse)."""


class DesignsPart(Part):
    """Les façons de refroidir et de bâtir."""

    cooling: tuple[str, ...] = ("air_chiller_fc", "air_chiller_fc_ad", "dlc_dry")
    """Techniques de refroidissement offertes au programme."""
    vintage: Literal["best", "colo", "legacy"] = "best"
    """Génération des équipements."""
    density: Literal["campus", "standard", "edge"] = "standard"
    """Classe de densité au sol."""
    max_liquid_share: Share = 0.5
    """Part maximale du besoin refroidissable par liquide (hypothèse)."""


class SizesPart(Part):
    """La taille des sites."""

    min_mw: NotNegative = 5.0
    """Puissance informatique minimale d'un site ouvert [MW]."""
    opening_cost_meur: NotNegative = 1.0
    """Coût d'ouverture d'un site [M€], hypothèse."""


class GridPart(Part):
    """Les réponses du gestionnaire de réseau."""

    yard_answers: str | None = None
    """Table CSV « yard_id;room_mw;answered_on » qui remplace les hypothèses de capacité."""


class ObjectivePart(Part):
    """Ce que le programme cherche à réduire, et à quel prix."""

    weights: dict[str, NotNegative] = {
        "connection_cost": 1.0,
        "water_scarcity": 1.0,
        "enaf": 1.0,
        "useful_heat": 1.0,
        "energy_above_it": 1.0,
        "carbon": 1.0,
    }
    """Pondérations ; le sens de chaque terme est porté par le terme."""


class RankingPart(Part):
    """Le classement des candidats, indépendant du programme."""

    weights: dict[str, NotNegative] = {
        "grid.distance": 1.0,
        "grid.capacity": 1.0,
        "water.scarcity": 1.0,
        "water.zre": 1.0,
        "land.reuse": 1.0,
        "land.verified": 1.0,
        "heat.demand": 1.0,
        "climate.hot_days": 1.0,
    }
    """Pondérations des critères de classement."""


class Decision(Part):
    """Une ligne du journal des décisions."""

    key: str
    """Clé du scénario concernée."""
    decided_by: str
    """Institution qui a tranché."""
    decided_on: date
    """Jour de la décision."""
    why: str
    """Motif."""


class Scenario(Part):
    """Une question posée au territoire."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Nom court, égal au nom du fichier."""
    title: str
    """Titre lu par tous."""
    question: str = ""
    """La question posée."""
    reference_date: date
    """Règles et facteurs en vigueur ce jour-là."""
    periods: tuple[int, ...] = (2031, 2036)
    """Échéances, en service au 31 décembre."""
    territory: str | tuple[str, ...] = "nouvelle-aquitaine"
    """Nom du lot, ou liste de départements."""
    climate: Literal["2015-2019", "2050"] = "2015-2019"
    """Climat du calcul."""
    law_only: bool = False
    """Le scénario n'applique que le droit et le SRADDET."""
    demand: DemandPart
    candidates: CandidatesPart = CandidatesPart()
    designs: DesignsPart = DesignsPart()
    sizes: SizesPart = SizesPart()
    grid: GridPart = GridPart()
    rules: dict[str, bool | dict[str, Any]] = {}
    """Règles : true, ou une table {hard, penalty, valeurs remplacées}."""
    objective: ObjectivePart = ObjectivePart()
    ranking: RankingPart = RankingPart()
    journal: tuple[Decision, ...] = ()

    @field_validator("climate", mode="before")
    @classmethod
    def _as_text(cls, climate: Any) -> Any:
        return str(climate) if isinstance(climate, int) else climate

    @field_validator("periods")
    @classmethod
    def _ordered(cls, periods: tuple[int, ...]) -> tuple[int, ...]:
        if not periods or list(periods) != sorted(set(periods)):
            raise ValueError("les échéances doivent être distinctes et croissantes")
        return periods

    def model_post_init(self, _: Any) -> None:
        """Check that every period has its need."""
        missing = [str(year) for year in self.periods if year not in self.demand.it_mw]
        if missing:
            raise ValueError(f"demand.it_mw n'a pas de valeur pour {', '.join(missing)}")


def read_scenario(
    name_or_path: str, overrides: tuple[str, ...] = (), library: Path = LIBRARY
) -> Scenario:
    """Read a scenario by name or path, with « key=value » overrides written in TOML.

    Raises SIT201 when it is not found, SIT200 with every fault at once when it is malformed.
    """
    path = find_scenario(name_or_path, library)
    content = _read_toml(path)
    base = content.pop("extends", None)
    if base is not None:
        parent = _read_toml(find_scenario(str(base), library))
        if "extends" in parent:
            raise SitingError(
                "SIT200", "un scénario n'hérite que d'un niveau", where=f"{path}, extends"
            )
        content = _merge(parent, content)
    for override in overrides:
        content = _merge(content, _parse_override(override))
    try:
        return Scenario.model_validate(content)
    except ValidationError as problem:
        raise SitingError(
            "SIT200",
            f"le scénario « {path.stem} » a {problem.error_count()} défaut(s)",
            where=str(path),
            hint=" ; ".join(_faults(problem)),
        ) from None


def find_scenario(name_or_path: str, library: Path = LIBRARY) -> Path:
    """Return the file of a scenario named in the library or given by its path."""
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if path.is_file():
            return path
    elif (library / f"{name_or_path}.toml").is_file():
        return library / f"{name_or_path}.toml"
    known = library_names(library)
    near = get_close_matches(Path(name_or_path).stem, known, n=1)
    raise SitingError(
        "SIT201",
        f"le scénario « {name_or_path} » est introuvable",
        where=f"bibliothèque : {', '.join(known)}",
        hint=f"vouliez-vous dire « {near[0]} » ?" if near else None,
    )


def library_names(library: Path = LIBRARY) -> list[str]:
    """Return the names of the library's scenarios, the default one first."""
    names = sorted(path.stem for path in library.glob("*.toml"))
    return sorted(names, key=lambda name: (name != "tendanciel", name))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SitingError("SIT200", f"TOML illisible : {problem}", where=str(path)) from None


def _parse_override(text: str) -> dict[str, Any]:
    key, sign, value = text.partition("=")
    try:
        if not sign or not key.strip():
            raise tomllib.TOMLDecodeError
        return tomllib.loads(f"{key.strip()} = {value.strip()}")
    except tomllib.TOMLDecodeError:
        pass
    try:  # a bare word is a string: --set climate=2050 and --set designs.vintage=colo
        return tomllib.loads(f"{key.strip()} = {value.strip()!r}")
    except tomllib.TOMLDecodeError:
        raise SitingError(
            "SIT200",
            f"« {text} » n'est pas une clé et une valeur",
            where="--set",
            hint="écrivez par exemple --set demand.it_mw.2031=150",
        ) from None


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = (
            _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return merged


def _faults(problem: ValidationError) -> Iterator[str]:
    for fault in problem.errors():
        place = ".".join(str(part) for part in fault["loc"]) or "scénario"
        if fault["type"] == "extra_forbidden":
            near = get_close_matches(str(fault["loc"][-1]), _known_keys(fault["loc"][:-1]), n=1)
            advice = f", vouliez-vous dire « {near[0]} » ?" if near else ""
            yield f"clé inconnue « {place} »{advice}"
        else:
            yield f"{place} : {_in_french(fault['type'], fault['msg'], fault.get('ctx', {}))}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    model: Any = Scenario
    for part in location:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        model = field.annotation if field else None
    return list(model.model_fields) if hasattr(model, "model_fields") else []


_FRENCH = {
    "missing": "valeur obligatoire absente",
    "float_parsing": "un nombre est attendu",
    "float_type": "un nombre est attendu",
    "int_parsing": "un entier est attendu",
    "int_type": "un entier est attendu",
    "string_type": "un texte est attendu",
    "bool_parsing": "true ou false est attendu",
    "bool_type": "true ou false est attendu",
    "tuple_type": "une liste est attendue",
    "dict_type": "une table est attendue",
    "string_pattern_mismatch": "lettres minuscules, chiffres et tirets seulement",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "date_type": "une date AAAA-MM-JJ est attendue",
}


def _in_french(kind: str, message: str, context: Mapping[str, Any]) -> str:
    bounds = {
        "greater_than": "plus de",
        "greater_than_equal": "au moins",
        "less_than": "moins de",
        "less_than_equal": "au plus",
    }
    if kind in bounds:
        return f"{bounds[kind]} {next(iter(context.values()))} attendu"
    if kind == "literal_error":
        return f"valeurs possibles : {context.get('expected', '')}".replace(" or ", " ou ")
    return _FRENCH.get(kind, message.removeprefix("Value error, "))
