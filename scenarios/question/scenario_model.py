"""A scenario as a frozen model, closed to unknown keys; the doc of a field is for planners."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from layers.words.dated_values import read_parameter_file
from scenarios.question.load.load_profiles import filled

WEIGHTS = Path(__file__).parent / "default_weights.toml"
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
# Bounds of writing, not of sense: beyond, a zero too many was typed.
Power = Annotated[float, Field(ge=0, le=100_000)]
Hectares = Annotated[float, Field(gt=0, le=10_000)]
Year = Annotated[int, Field(ge=2000, le=2200)]


def default_weights(part: str) -> dict[str, float]:
    """Return the latest weights a scenario has when it says none, « objective » or « ranking ».

    Parameters
    ----------
    part : « objective » or « ranking ».

    Returns
    -------
    Weights by name.
    """
    weights = read_parameter_file(WEIGHTS)[part].values[-1].value
    assert isinstance(weights, dict)
    return weights


class Part(BaseModel):
    """Frozen, closed to unknown keys; the docstring under a field is its documentation."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class DemandPart(Part):
    """Le besoin à satisfaire."""

    it_mw: dict[int, Power]
    """Puissance informatique totale installée dans la région, par échéance [MW]."""
    existing_it_mw: Power = 20.0
    """Puissance informatique déjà en service [MW], hypothèse tant qu'aucun audit n'est lu."""
    audit: str | None = None
    """Audit des datacenters existants (CSV), qui remplace existing_it_mw."""
    utilisation: Annotated[float, Field(gt=0, le=1)] = 0.70
    """Puissance informatique appelée ÷ installée, en moyenne ; ou 24 valeurs, de 0 h à 23 h."""
    profile: Literal["", "training", "inference", "hosting"] = ""
    """Profil de charge daté : entraînement ou inférence d'IA, hébergement ; vide, charge plate."""
    hourly: tuple[Annotated[float, Field(gt=0, le=1)], ...] = ()
    """Charge de chaque heure d'un jour, de 0 h à 23 h ; tirée du profil ou de la courbe donnée."""
    fixed_projects: tuple[str, ...] = ()
    """Projets annoncés tenus pour décidés, par exemple ["bxia"]."""

    @property
    def load(self) -> tuple[float | str, ...]:
        """Return all that says how much is drawn, and when."""
        return (self.utilisation, self.profile, *self.hourly)

    @field_validator("hourly")
    @classmethod
    def _whole_day(cls, hourly: tuple[float, ...]) -> tuple[float, ...]:
        if len(hourly) not in (0, 24):
            raise ValueError(f"une courbe de charge a 24 valeurs, celle-ci {len(hourly)}")
        return hourly


class CandidatesPart(Part):
    """D'où viennent les sites candidats, et ce qui les écarte."""

    sources: tuple[Literal["friches", "platforms", "areas"], ...] = ("friches", "platforms")
    """Candidats : friches, platforms (plateformes et ports connus), areas (sol hors friche)."""
    own: tuple[str, ...] = ()
    """Vos sites : un fichier ou plusieurs, par exemple « zae.xlsx;by=Bordeaux Métropole »."""
    confirm: str | None = None
    """Table CSV « site_id;etat;par;le;motif » des visites : terrain vu libre ou occupé."""
    area_rules: str | None = None
    """Jeu de règles d'éligibilité des aires (TOML) ; par défaut « prudence », fourni."""
    min_area_ha: Hectares = 1.0
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
        "nature.outside_strong_protection",
        "nature.outside_wetland",
        "nature.outside_green_blue",
        "risk.outside_flood",
        "risk.outside_forest_fire",
    )
    """Critères éliminatoires appliqués."""
    on_missing_layer: Literal["report", "refuse"] = "report"
    """Couche absente : la signaler (report) ou s'arrêter (refuse)."""

    @field_validator("own", mode="before")
    @classmethod
    def _one_or_several(cls, own: Any) -> Any:
        return (own,) if isinstance(own, str) else own

    @model_validator(mode="after")
    def _some_source(self) -> CandidatesPart:
        if not self.sources and not self.own:
            raise ValueError("au moins une source de candidats, ou vos sites (own), est attendue")
        return self


class ZonePart(Part):
    """Une zone que l'on apporte : elle écarte un site, ou se dit sans rien coûter."""

    file: str
    """Fichier de contours, de lignes, de points ou de cellules."""
    role: Literal["exclude", "attention"]
    """exclude écarte un site qui y touche ; attention le signale."""
    label: str = ""
    """Nom lu par tous ; vide, celui du fichier."""
    source: str = ""
    """Qui dit cette zone, et quand."""
    buffer: Annotated[float, Field(ge=0, le=50_000)] = 0.0
    """Distance ajoutée autour [m]."""
    complete_in: tuple[str, ...] = ()
    """Départements où rien dans le fichier veut dire rien ("*" : partout) ; vide, nulle part."""
    crs: str | None = None
    """Système de coordonnées, si le fichier se tait ou se trompe."""
    encoding: str | None = None
    """Encodage d'un texte ou d'un Shapefile."""
    sublayer: str | None = None
    """Calque ou feuille à lire."""


class DesignsPart(Part):
    """Les façons de refroidir et de bâtir."""

    cooling: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "air_chiller_fc", "air_chiller_fc_ad", "dlc_dry",
    )  # fmt: skip
    """Techniques de refroidissement offertes au programme."""
    vintage: Literal["best", "colo", "legacy", "small_recent", "small_old"] = "best"
    """Génération des équipements ; « small_ » : petites salles, ajustées à des mesures publiées."""
    liquid_loop: Literal["30-36", "40-48"] = "30-36"
    """Boucle du refroidissement liquide, en °C fournis et rendus ; la chaleur la suit."""
    density: Literal["campus", "standard", "edge"] = "standard"
    """Classe de densité au sol."""
    max_liquid_share: Share = 0.5
    """Part maximale du besoin refroidissable par liquide (hypothèse)."""
    battery_hours: NotNegative = 0.0
    """Option : batteries, en heures de la puissance de pointe ; leur sol s'ajoute [h]."""
    pv_share: Share = 0.0
    """Option : part de l'électricité tirée de photovoltaïque au sol ; son sol s'ajoute."""


class SizesPart(Part):
    """La taille des sites."""

    min_mw: NotNegative = 5.0
    """Puissance informatique minimale d'un site ouvert [MW]."""
    opening_cost_meur: NotNegative | None = None
    """Coût d'ouverture d'un site [M€] ; vide, l'hypothèse datée (5 M€, entre 1 et 20)."""
    max_sites: Annotated[int, Field(ge=1)] | None = None
    """Nombre de sites ouverts au plus ; vide, autant qu'il en faut."""


class SitesPart(Part):
    """Les choix faits hors du programme, par site, commune, intercommunalité ou département."""

    keep: tuple[str, ...] = ()
    """À garder : le site ouvre ; d'un lieu, un de ses sites au moins (code ou nom)."""
    ban: tuple[str, ...] = ()
    """À écarter : aucun site n'y ouvre (code ou nom, « bassin:CODE » ou « ZRE »)."""
    min_mw: dict[str, NotNegative] = {}
    """Puissance informatique minimale à la dernière échéance, par site ou par lieu [MW]."""
    max_mw: dict[str, NotNegative] = {}
    """Puissance informatique maximale à la dernière échéance, par site ou par lieu [MW]."""

    @property
    def any(self) -> bool:
        """Return whether anything is asked."""
        return bool(self.keep or self.ban or self.min_mw or self.max_mw)


class GridPart(Part):
    """Les réponses du gestionnaire de réseau."""

    yard_answers: str | None = None
    """Table CSV « yard_id;room_mw;answered_on » qui remplace les hypothèses de capacité."""
    only_yards: tuple[str, ...] = ()
    """Seuls postes où se raccorder, par leur identifiant ; vide, tous."""


class WeatherPart(Part):
    """La météo que l'on apporte, à la place des stations du lot."""

    file: str | None = None
    """Fichier horaire (EPW, PVGIS ou Météo-France), pris par les sites à sa portée."""
    within_km: Positive | None = None
    """Portée du fichier [km] ; vide, l'hypothèse datée (30 km)."""
    provided_by: str | None = None
    """Institution qui apporte le fichier."""
    accept: tuple[str, ...] = ()
    """Stations du lot acceptées bien qu'elles soient trop loin des sites, par leur nom."""


class HeatPart(Part):
    """Ce que les réseaux de chaleur peuvent prendre."""

    substitutable_share: Share | None = None
    """Part remplaçable, la même pour tous les réseaux ; vide : 1 − taux EnR&R de chacun (2024)."""
    by_network: dict[str, Share] = {}
    """Part remplaçable d'un réseau, par son identifiant national, par exemple { "8701C" = 0.1 }."""
    pools: bool = False
    """Compte les piscines recensées comme petits débouchés (hypothèse par piscine)."""
    least_gwh: NotNegative | None = None
    """Chaleur utile minimale à la dernière échéance [GWh/an] ; vide, aucune."""


class ObjectivePart(Part):
    """Ce que le programme cherche à réduire, et à quel prix."""

    weights: dict[str, NotNegative] = default_weights("objective")
    """Pondérations ; le sens de chaque terme est porté par le terme."""


class RankingPart(Part):
    """Le classement des candidats, indépendant du programme."""

    weights: dict[str, NotNegative] = default_weights("ranking")
    """Pondérations des critères de classement."""

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: dict[str, float]) -> dict[str, float]:
        if not any(weights.values()):
            raise ValueError("au moins un critère de classement pèse plus que 0")
        return weights


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
    periods: tuple[Year, ...] = (2031, 2036)
    """Échéances, en service au 31 décembre."""
    territory: str | tuple[str, ...] = "nouvelle-aquitaine"
    """Nom du lot, ou liste de départements."""
    climate: Literal["2015-2019", "2050"] = "2015-2019"
    """Climat du calcul."""
    texts: dict[str, str] | None = None
    """Textes régionaux d'un autre territoire, par portée (S, N, C) ; vient de ses fiches."""
    demand: DemandPart
    candidates: CandidatesPart = CandidatesPart()
    designs: DesignsPart = DesignsPart()
    sizes: SizesPart = SizesPart()
    sites: SitesPart = SitesPart()
    zones: tuple[ZonePart, ...] = ()
    """Zones que l'on apporte, une table [[zones]] chacune : un site y est écarté, ou signalé."""
    grid: GridPart = GridPart()
    rules: dict[str, bool | dict[str, Any]] = {}
    """Règles : true, ou une table {hard, penalty, valeurs remplacées}."""
    assumptions: dict[str, NotNegative] = {}
    """Hypothèses datées remplacées, par leur nom (liste dans docs/scenario.md)."""
    weather: WeatherPart = WeatherPart()
    heat: HeatPart = HeatPart()
    objective: ObjectivePart = ObjectivePart()
    ranking: RankingPart = RankingPart()
    journal: tuple[Decision, ...] = ()
    """Décisions prises, une table [[journal]] chacune : clé, qui, quel jour, pourquoi."""

    @model_validator(mode="before")
    @classmethod
    def _with_profile(cls, content: Any) -> Any:
        return filled(content) if isinstance(content, dict) else content

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
        """Check that every period has its need.

        Parameters
        ----------
        _ : what pydantic hands over; unused.

        Raises
        ------
        ValueError : a period without need, which pydantic tells as a fault of the scenario.
        """
        missing = [str(year) for year in self.periods if year not in self.demand.it_mw]
        if missing:
            raise ValueError(f"demand.it_mw n'a pas de valeur pour {', '.join(missing)}")
