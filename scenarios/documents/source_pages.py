"""The page of official services: what each gives, under what limits, and whether read live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from layers.fetch.official_services import Service, common_limits, services
from layers.words.dated_values import STATUS_FR, Value
from layers.words.errors import CODES
from layers.words.french import day, number

FIRST_CONNECTION = Path(__file__).parent / "first_connection.md"
REFUSALS = ("SIT110", "SIT111", "SIT112", "SIT113", "SIT101", "SIT102")

LOCAL = (
    (
        "OCS GE (IGN), par département",
        "`land/…_D033_…/OCCUPATION_SOL.gpkg` ou `.shp`, archive ouverte",
        "le millésime le plus récent de chaque département, à 1 km autour des friches",
    ),
    (
        "CORINE Land Cover (SDES, Agence européenne)",
        "`land/…CLC….gpkg` ou `.shp`",
        "le rectangle du territoire",
    ),
    (
        "Aqueduct 4.0 (WRI)",
        "`water/Aq40….gdb`, couche `baseline_annual`",
        "le rectangle du territoire ; −9999 devient une valeur absente",
    ),
)


def first_connection() -> str:
    """Return the checklist of the first connected machine: a line a service.

    Returns
    -------
    Markdown.
    """
    lines = [
        "| service | commande | couches à voir présentes | à rapporter | lu en direct |",
        "| --- | --- | --- | --- | --- |",
    ]
    for service in services().values():
        layers = sorted({layer for product in service.products for layer in product.layers})
        lines.append(
            f"| {service.label_fr} | `siting layers fetch {service.name}` | "
            f"{', '.join(f'`{layer}`' for layer in layers)} | lignes reçues, durée, "
            f"message s'il y en a un | {service.verified_fr} |"
        )
    prose = FIRST_CONNECTION.read_text(encoding="utf-8")
    return prose.replace("<!--services-->", "\n".join(lines))


def page(checked_on: date) -> Iterator[str]:
    """Write the page, line by line.

    Parameters
    ----------
    checked_on : the day the services' papers were last read.

    Yields
    ------
    Lines of Markdown, without their ends.
    """
    yield (
        "`siting layers fetch` interroge ces services, `--dry-run` dit d'abord quoi et combien. "
        f"Fiches relues le {day(checked_on)}. Aucun service n'a encore été lu en direct par nos "
        "soins, sauf mention : chaque fiche vient de sa documentation, et les essais imitent les "
        "services avec leurs pièges. Après une lecture réelle, écrivez sa date dans "
        "`layers/fetch/services/<service>.toml` (`verified_on`)."
    )
    yield ""
    yield "## Les services"
    yield ""
    for service in services().values():
        yield from _service(service)
    yield from _common()
    yield from _refusals()
    yield "## Trop lourd pour être téléchargé"
    yield ""
    yield "Déposez ces fichiers dans le dossier donné à `siting layers build --from`."
    yield ""
    yield "| source | où la déposer | ce qui est lu |"
    yield "| --- | --- | --- |"
    yield from (f"| {source} | {place} | {read} |" for source, place, read in LOCAL)


def _service(service: Service) -> Iterator[str]:
    yield f"### {service.label_fr}"
    yield ""
    yield f"`siting layers fetch {service.name}` · **{service.verified_fr}**"
    yield ""
    yield f"- Adresse : `{service.url}`"
    yield f"- Producteur : {service.producer}. Licence : {service.licence}."
    yield f"- Donne : {service.gives_fr}."
    yield f"- Source de la fiche : {service.reference}."
    yield from (_limit(value) for value in _own(service))
    yield ""
    yield "| produit | couches | fichier déposé |"
    yield "| --- | --- | --- |"
    for product in service.products:
        named = ", si on le nomme" if product.only_when_named else ""
        layers = ", ".join(f"`{layer}`" for layer in product.layers)
        yield f"| {product.label_fr} (`{product.name}`{named}) | {layers} | `{product.file}` |"
    yield ""


def _own(service: Service) -> list[Value]:
    """Return the limits that a service sets for itself."""
    common = common_limits()
    return [value for name, value in service.limits.items() if value != common.get(name)]


def _limit(value: Value) -> str:
    unit = {"1": "", "1/s": " par seconde"}.get(value.unit, f" {value.unit}")
    amount = number(value.number, 0 if value.number >= 1 or value.number == 0 else 2)
    status = STATUS_FR[value.status]  # type: ignore[index]
    return f"- {value.label_fr} : {amount}{unit} ({status} ; {value.reference})."


def _common() -> Iterator[str]:
    yield "## Limites communes"
    yield ""
    yield from (_limit(value) for value in common_limits().values())
    yield ""


def _refusals() -> Iterator[str]:
    yield "## Ce qui est refusé"
    yield ""
    yield (
        "Le lot n'est écrit que si tout est arrivé entier ; sinon le lot précédent reste en place "
        "et ce qui a été reçu reste dans le cache. Jamais un résultat plus petit en silence : le "
        "nombre de lignes est comparé à ce que le service annonce, au dernier téléchargement et à "
        "la fourchette du catalogue."
    )
    yield ""
    yield from (f"- {code} : {CODES[code].title} ; {CODES[code].remedy}." for code in REFUSALS)
    yield ""
