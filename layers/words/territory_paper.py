"""A territory: its départements, its names, and the one coordinate system of the whole house."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd

from layers.words.errors import SitingError

CRS = "EPSG:2154"
DEFAULT = "nouvelle-aquitaine"
PAPERS = Path(__file__).parents[1] / "papers"
NEW_FR = "les fiches d'un autre s'écrivent avec « siting territory »"
# What every territory says, and of which kind.
NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "label_fr": str,
    "departements": list,
    "margin_km": (int, float),
}


@dataclass(frozen=True)
class Territory:
    """What a pack is built for.

    ``departements`` are codes; ``margin_km`` is how far outside the border things still count
    (a substation over the border can feed a site inside it); ``papers`` is the folder of facts
    written by hand for this territory; ``settings`` is the parsed ``territory.toml``.
    """

    name: str
    label_fr: str
    departements: tuple[str, ...]
    margin_km: float
    papers: Path
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Territory:
        """Read a territory from its folder of papers.

        Parameters
        ----------
        folder : it holds ``territory.toml`` and the facts written by hand.

        Returns
        -------
        The territory, with every département of its papers.

        Raises
        ------
        SitingError : SIT202 when the folder has no ``territory.toml``, SIT100 when it is not TOML,
            SIT101 when it lacks what every territory says, SIT105 when that is of another kind.
        """
        path = folder / "territory.toml"
        if not path.is_file():
            raise SitingError(
                "SIT202",
                f"territoire inconnu : « {folder.name} »",
                where=str(path),
                hint=f"connus : {', '.join(known_territories())}, ou quelques-uns de leurs "
                f"départements : 19,23,87 ; {NEW_FR}",
            )
        settings = _settings(path)
        return cls(
            name=settings["name"],
            label_fr=settings["label_fr"],
            departements=tuple(settings["departements"]),
            margin_km=float(settings["margin_km"]),
            papers=folder,
            settings=settings,
        )

    @classmethod
    def named(cls, name: str) -> Territory:
        """Return a territory that ships with the tool.

        Parameters
        ----------
        name : one of ``known_territories``.

        Returns
        -------
        The territory, with every département of its papers.

        Raises
        ------
        SitingError : SIT202 when none has this name.
        """
        return cls.read(PAPERS / name)

    @classmethod
    def asked(cls, text: str) -> Territory:
        """Return a known territory, or some départements of one: « 19,23,87 ».

        Parameters
        ----------
        text : a name, or codes of départements parted by commas.

        Returns
        -------
        The territory; a part of one is named « departements-19-23-87 » and has the papers of the
        whole.

        Raises
        ------
        SitingError : SIT202 when no territory has this name, or all these départements.
        """
        codes = [code.strip() for code in text.split(",")]
        if text in known_territories() or not all(len(code) in (2, 3) for code in codes):
            return cls.named(text)
        for name in known_territories():
            whole = cls.named(name)
            if set(codes) <= set(whole.departements):
                label = "départements " + ", ".join(codes)
                return whole.restricted(codes, f"departements-{'-'.join(codes)}", label)
        raise SitingError(
            "SIT202",
            f"aucun territoire connu ne contient les départements {', '.join(codes)}",
            where="--territory",
            hint=f"territoires connus : {', '.join(known_territories())} ; {NEW_FR}",
        )

    @classmethod
    def chosen(cls, text: str | None, papers: Path | None) -> Territory:
        """Return the territory of a folder of papers, or some départements of it, or a known one.

        Parameters
        ----------
        text : a name or codes, as for ``asked``; None for the whole territory.
        papers : a folder of papers; None for those that ship with the tool.

        Returns
        -------
        The territory.

        Raises
        ------
        SitingError : what ``read`` and ``asked`` raise; SIT202 for a département that the papers
            do not have.
        """
        if papers is None:
            return cls.asked(text or DEFAULT)
        whole = cls.read(papers)
        if text in (None, whole.name):
            return whole
        codes = [code.strip() for code in str(text).split(",")]
        strangers = [code for code in codes if code not in whole.departements]
        if strangers:
            raise SitingError(
                "SIT202",
                f"« {', '.join(strangers)} » n'est pas un département de ces fiches",
                where=f"--territory, {papers}",
                hint=f"connus : {', '.join(whole.departements)}",
            )
        label = "départements " + ", ".join(codes)
        return whole.restricted(codes, f"departements-{'-'.join(codes)}", label)

    @property
    def shipped(self) -> bool:
        """Say whether the papers ship with the tool: those of others travel with their pack."""
        return self.papers.parent == PAPERS

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the regional texts that the territory applies: their name by scope (S, N, C)."""
        return dict(self.settings.get("texts", {}))

    @property
    def whole(self) -> bool:
        """Say whether the territory has every département of its papers."""
        return set(self.departements) == set(self.settings["departements"])

    def restricted(self, departements: Iterable[str], name: str, label_fr: str) -> Territory:
        """Return the same papers for some of the départements only.

        Parameters
        ----------
        departements : codes to keep; those that are not the territory's are ignored.
        name : the part's name.
        label_fr : how a planner reads it.

        Returns
        -------
        The part, with the same margin, papers and settings.
        """
        kept = tuple(code for code in self.departements if code in set(departements))
        return replace(self, name=name, label_fr=label_fr, departements=kept)


def _settings(path: Path) -> dict[str, Any]:
    """Read what a territory says of itself, refused when a part that all need is not there."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SitingError(
            "SIT100",
            f"fiche du territoire illisible : {problem}",
            where=str(path),
            hint="corrigez la ligne citée, ou reprenez « siting territory »",
        ) from None
    lacking = [key for key in NEEDED if key not in settings]
    if lacking:
        raise SitingError(
            "SIT101",
            f"la fiche du territoire ne dit pas : {', '.join(lacking)}",
            where=str(path),
            hint="reprenez ces lignes d'une fiche écrite par « siting territory »",
        )
    for key, kind in NEEDED.items():
        if not isinstance(settings[key], kind) or not settings[key]:
            wanted = (
                "une liste de codes" if kind is list else "un texte" if kind is str else "un nombre"
            )
            raise SitingError(
                "SIT105",
                f"« {key} » attend {wanted}, lu : {settings[key]!r}",
                where=str(path),
                hint="corrigez cette ligne",
            )
    return settings


def known_territories() -> list[str]:
    """Return the names of the territories that ship with the tool.

    Returns
    -------
    Names in alphabetical order; each is a folder of ``layers/papers``.
    """
    return sorted(path.parent.name for path in PAPERS.glob("*/territory.toml"))


def check_crs(table: gpd.GeoDataFrame, where: str) -> None:
    """Refuse a table that is not in Lambert-93.

    Parameters
    ----------
    table : any table with a geometry.
    where : the file or layer that the error names.

    Raises
    ------
    SitingError : SIT102 when the system is another one, or is not said.
    """
    if table.crs is None or table.crs != CRS:
        found = "aucun" if table.crs is None else table.crs.to_string()
        raise SitingError("SIT102", f"système attendu {CRS}, trouvé : {found}", where=where)
