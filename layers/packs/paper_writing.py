"""The papers of a new territory: national facts filled in, regional ones left to be said."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from layers.contracts.catalogue import Entry, catalogue_text, read_catalogue
from layers.contracts.french_departements import FRANCE, Departement, departements_asked
from layers.packs.pack_building import TO_FILL_FR
from layers.packs.pack_swap import staging_beside, unwritten
from layers.words.errors import SitingError
from layers.words.french import plural
from layers.words.place_names import SMALL_WORDS
from layers.words.territory_paper import PAPERS

# The region whose papers ship: a fiche's national part is read there, so that it is written once.
KNOWN = PAPERS / "nouvelle-aquitaine"
# What one region found in its own exports, never said of another's.
REGIONAL_FIELDS = {"defects_fr", "rows_band", "complete_in", "state", "vintage"}
# What those papers say of a layer that they lack.
ABSENT_FR = "Absente du lot"
# Papers that the tool itself sets, the same for every region.
OURS = ("references",)


def write_papers(name: str, departements: Sequence[str], into: Path, label: str = "") -> list[str]:
    """Write the folder of papers that a territory needs to be built; never over a file.

    Parameters
    ----------
    name : lower-case letters, digits and hyphens; it becomes the territory's.
    departements : codes or names.
    into : the folder, made when absent; an empty one is taken.
    label : how a planner reads the territory; made from the name when empty.

    Returns
    -------
    Lines in French: each file, and how many lines of it are left to fill.

    Raises
    ------
    SitingError : SIT200 for an impossible name, SIT202 for an unknown département, SIT403 when the
        folder holds something or cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise SitingError(
            "SIT200",
            f"« {name} » n'est pas un nom de territoire",
            where="nom du territoire",
            hint="lettres minuscules sans accent, chiffres et tirets : par exemple hauts-de-france",
        )
    places = departements_asked(departements, "--departements")
    if into.exists() and not (into.is_dir() and not any(into.iterdir())):
        raise SitingError(
            "SIT403",
            "le dossier des fiches existe et n'est pas vide",
            where=str(into),
            hint="choisissez un dossier neuf avec --out : rien n'a été écrit",
        )
    texts = _papers(name, label or _label(name), places)
    aside = staging_beside(into)
    try:
        for file, text in texts.items():
            (aside / file).write_text(text, encoding="utf-8")
        aside.chmod(0o755)
        if into.exists():
            into.rmdir()
        aside.rename(into)
    except OSError as problem:
        raise unwritten(problem, into) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [_told(into / file, text) for file, text in texts.items()]


def _papers(name: str, label: str, places: Sequence[Departement]) -> dict[str, str]:
    words = {
        "name": name,
        "label": label,
        "departements": _list(place.code for place in places),
        "prefectures": _list(place.prefecture for place in places),
        "natura2000": _list(sorted({place.natura2000 for place in places})),
        "heat_profiles": ", ".join(f'{place.code} = "{place.heat_profile}"' for place in places),
        "land_cover": _block(KNOWN / "facts.toml", "land_cover_labels"),
    }
    texts = {
        path.name: Template(path.read_text(encoding="utf-8")).substitute(words)
        for path in sorted((FRANCE / "model").glob("*.toml"))
    }
    texts["references.toml"] = (KNOWN / "references.toml").read_text(encoding="utf-8")
    texts["catalogue.toml"] = HEAD_FR + catalogue_text(national_fiches().values())
    return dict(sorted(texts.items(), key=lambda item: (item[0] != "territory.toml", item[0])))


HEAD_FR = """# Fiches des couches : producteur, licence, millésime et réserves.
# Le millésime est lu dans le nom de l'export, s'il y est ; sinon, à renseigner ici.
# L'état, l'empreinte et le nombre de lignes s'ajoutent à la construction du lot.

"""


def national_fiches() -> dict[str, Entry]:
    """Return what every layer's papers say whatever the region.

    Returns
    -------
    Papers by layer, all absent, the vintage to be filled.
    """
    changes: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (FRANCE / "fiches.toml").read_text(encoding="utf-8")
    )
    found = {}
    for name, entry in read_catalogue(KNOWN / "catalogue.toml").items():
        told = entry.model_dump(exclude=REGIONAL_FIELDS)
        told["caveat_fr"] = "" if entry.caveat_fr.startswith(ABSENT_FR) else entry.caveat_fr
        told["vintage"] = entry.vintage if name in OURS else TO_FILL_FR
        found[name] = Entry.model_validate({**told, **changes.get(name, {})})
    found["scenario"] = Entry(
        name="scenario",
        theme="Références",
        title="Besoin et choix du territoire",
        producer="Le territoire",
        licence="Faits publics",
        vintage=TO_FILL_FR,
    )
    found["territory"] = found["scenario"].model_copy(
        update={"name": "territory", "title": "Fiche du territoire"}
    )
    return dict(sorted(found.items()))


def _label(name: str) -> str:
    """Return a name as a reader writes it.

    >>> _label("hauts-de-france"), _label("ile-de-france")
    ('Hauts-de-France', 'Ile-de-France')
    """
    words = name.split("-")
    return "-".join(word if word in SMALL_WORDS else word.capitalize() for word in words)


def _told(path: Path, text: str) -> str:
    left = sum(TO_FILL_FR in line.lower() for line in text.splitlines())
    return f"{path}" + (f" : {plural(left, 'endroit')} « {TO_FILL_FR} »" if left else "")


def _list(codes: object) -> str:
    return "[" + ", ".join(f'"{code}"' for code in codes) + "]"  # type: ignore[attr-defined]


def _block(path: Path, table: str) -> str:
    """Return one table of a TOML file as it is written, its sub-tables with it."""
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"^\[{table}\]\n(?:(?!^\[(?!{table}\.)).*\n?)*", text, re.MULTILINE)
    return found[0].rstrip() if found else ""
