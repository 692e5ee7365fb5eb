"""The one family of errors: a stable code, what, where, the way out — in French, three lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CodeEntry:
    """What a code means, the exit code it ends with, and what a planner does about it."""

    title: str
    exit_code: int
    remedy: str


CODES: Mapping[str, CodeEntry] = {
    "SIT100": CodeEntry(
        "couche illisible", 3, "vérifiez le fichier, ou reprenez l'export officiel"
    ),
    "SIT101": CodeEntry(
        "colonne absente",
        3,
        "reprenez l'export au schéma attendu, ou nommez la colonne : columns=nom:NOM_DE_COLONNE",
    ),
    "SIT102": CodeEntry(
        "système de coordonnées", 3, "reprojetez la couche en EPSG:2154 (Lambert-93)"
    ),
    "SIT103": CodeEntry(
        "fichier du lot absent", 4, "reconstruisez le lot : « siting layers build --from exports »"
    ),
    "SIT104": CodeEntry(
        "empreinte différente",
        7,
        "le fichier a changé depuis sa construction : reconstruisez le lot",
    ),
    "SIT105": CodeEntry(
        "valeur hors contrat", 3, "corrigez dans le fichier ce que le message nomme, puis relancez"
    ),
    "SIT106": CodeEntry(
        "couche exigée mais absente",
        3,
        "donnez la couche avec --layer COUCHE=FICHIER ; « siting layers list --all » les nomme",
    ),
    "SIT107": CodeEntry(
        "export officiel absent", 4, "déposez l'export dans le dossier donné à --from"
    ),
    "SIT108": CodeEntry(
        "fichier refusé",
        3,
        "donnez un GeoPackage, un Shapefile (ou son zip), un GeoJSON, un FlatGeobuf, "
        "un GeoParquet, un KML, un CSV ou un classeur (XLSX, ODS) ; pour une grille, un GeoTIFF",
    ),
    "SIT109": CodeEntry(
        "fichier trop lourd ou trop long à lire",
        3,
        "gardez de la donnée ce qui touche le territoire, puis relancez",
    ),
    "SIT110": CodeEntry(
        "service officiel injoignable ou trop lent",
        4,
        "relancez la commande : ce qui est déjà reçu est repris ; le lot embarqué reste utilisable",
    ),
    "SIT111": CodeEntry(
        "réponse d'un service refusée",
        4,
        "réessayez plus tard ; si la faute dure, le service a changé : donnez la couche avec "
        "--layer COUCHE=FICHIER",
    ),
    "SIT112": CodeEntry(
        "moins de lignes qu'annoncé ou qu'attendu",
        4,
        "réessayez plus tard ; si le producteur a vraiment retiré des lignes, ajoutez "
        "--allow-fewer COUCHE",
    ),
    "SIT113": CodeEntry(
        "absent du cache, hors ligne",
        4,
        "relancez sans --offline sur une machine connectée, puis emportez le lot écrit",
    ),
    "SIT200": CodeEntry("scénario mal formé", 2, "corrigez les clés citées"),
    "SIT201": CodeEntry(
        "scénario introuvable",
        2,
        "choisissez un scénario de la bibliothèque, ou donnez le chemin d'un fichier TOML",
    ),
    "SIT202": CodeEntry("nom inconnu", 2, "corrigez le nom ; le plus proche est proposé"),
    "SIT203": CodeEntry(
        "fichier de consultation mal formé",
        2,
        "reprenez le fichier JSON ou CSV exporté par la carte",
    ),
    "SIT204": CodeEntry(
        "identité graphique refusée",
        2,
        "corrigez le fichier donné à --identity ; docs/fiches.md en montre un",
    ),
    "SIT205": CodeEntry(
        "commande mal écrite",
        2,
        "« siting --help » nomme les commandes, et « siting run --help » dit ce que l'une attend",
    ),
    "SIT208": CodeEntry(
        "fichier de la salle mal formé", 2, "reprenez le fichier exporté par l'onglet « Salle »"
    ),
    "SIT300": CodeEntry(
        "aucun plan ne respecte toutes les règles",
        5,
        "assouplissez une des règles en conflit, ou baissez le besoin",
    ),
    "SIT301": CodeEntry(
        "solveur arrêté sans réponse",
        5,
        "augmentez le temps accordé, ou réduisez le nombre de candidats",
    ),
    "SIT302": CodeEntry(
        "temps épuisé, réponse valable écrite",
        6,
        "la réponse respecte les règles ; son écart à l'optimum est indiqué",
    ),
    "SIT303": CodeEntry(
        "besoin supérieur à toutes les capacités",
        5,
        "baissez le besoin, ou élargissez les candidats",
    ),
    "SIT308": CodeEntry(
        "la salle et le calcul entier ne s'accordent pas",
        7,
        "tenez-vous au dossier écrit par « siting run » ; la réponse de la salle ne vaut que parmi "
        "les sites de sa page, ou vient d'un autre lot de données",
    ),
    "SIT400": CodeEntry("résultats illisibles", 3, "relancez « siting run »"),
    "SIT401": CodeEntry(
        "résultats modifiés après coup",
        7,
        "relancez « siting run » : un fichier ne correspond plus à son empreinte",
    ),
    "SIT402": CodeEntry(
        "site inconnu", 2, "vérifiez l'identifiant ; les plus proches sont proposés"
    ),
    "SIT403": CodeEntry(
        "dossier impossible à écrire",
        8,
        "choisissez un autre dossier avec --out, ou libérez de la place",
    ),
    "SIT404": CodeEntry(
        "disque plein", 8, "libérez de la place, ou choisissez un autre disque avec --out"
    ),
    "SIT405": CodeEntry(
        "dossier occupé par un autre calcul",
        8,
        "attendez qu'il finisse, ou donnez un autre dossier avec --out",
    ),
    "SIT406": CodeEntry(
        "fiche impossible à composer",
        3,
        "signalez le site cité : ses textes ou ses cartes n'ont pas pu être mis en page",
    ),
    "SIT410": CodeEntry(
        "grappe de calcul injoignable",
        8,
        "vérifiez l'adresse donnée à --cluster, ou écrivez « local »",
    ),
    "SIT500": CodeEntry(
        "paramètre sans valeur en vigueur", 3, "ajoutez une valeur datée, avec statut et référence"
    ),
    "SIT501": CodeEntry("paramètre mal formé", 3, "chaque valeur porte unité, statut et référence"),
}


class SitingError(Exception):
    """A fault that a planner can mend: never shown with a traceback."""

    def __init__(
        self, code: str, message: str, *, where: str, hint: str | Sequence[str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.hints = (hint,) if isinstance(hint, str) else tuple(hint or (CODES[code].remedy,))

    @property
    def hint(self) -> str:
        """Return the way out, as one sentence."""
        return " ; ".join(self.hints)

    @property
    def exit_code(self) -> int:
        """Return the process exit code that goes with the error code."""
        return CODES[self.code].exit_code

    def __str__(self) -> str:
        """Say what, where, and the way out, on three lines."""
        return f"[{self.code}] {self.message}\n  où    : {self.where}\n  piste : {self.hint}"

    def listed(self) -> list[str]:
        """Say the same for a screen: several ways out have a line each.

        Returns
        -------
        Lines: what, where, then the way out, or « pistes » and one line each.
        """
        if len(self.hints) == 1:
            return str(self).split("\n")
        first = str(self).split("\n")[:2]
        return [*first, "  pistes :", *(f"    {hint}" for hint in self.hints)]


def toml_fr(message: object) -> str:
    """Return that a TOML cannot be read, and at which line.

    Parameters
    ----------
    message : what ``tomllib`` says, in English: a text or an exception.

    Returns
    -------
    « TOML illisible, ligne 3 : … »; without a line when the text is not UTF-8.

    Examples
    --------
    >>> toml_fr("Invalid value (at line 3, column 5)")
    'TOML illisible, ligne 3 : ni une table, ni une clé et sa valeur'
    >>> toml_fr("'utf-8' codec can't decode byte 0xe9")
    "TOML illisible : le fichier n'est pas en UTF-8"
    """
    place = re.search(r"at line (\d+)", str(message))
    if place:
        return f"TOML illisible, ligne {place[1]} : ni une table, ni une clé et sa valeur"
    if "codec" in str(message):
        return "TOML illisible : le fichier n'est pas en UTF-8"
    return "TOML illisible : il s'arrête avant la fin"
