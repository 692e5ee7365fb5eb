"""What a user says of a layer of their own: « layer=FILE;key=value;… »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from layers import sources
from layers.contracts.contract import LAYERS
from layers.words.errors import SitingError

__all__ = ["Offer", "sources"]

PAPERS = ("title", "producer", "licence", "vintage")
FORMS = ("table", "raster")
KEYS = ("columns", "crs", "encoding", "sublayer", "complete_in", *PAPERS)


@dataclass(frozen=True)
class Offer:
    """A layer offered by a user: its name, its file, and how to read it.

    ``complete_in`` lists the départements where nothing in the file means nothing there (« * »
    for all); by default nowhere, so that a fragment never clears a site.
    """

    layer: str
    file: str
    columns: dict[str, str] = field(default_factory=dict)
    crs: str | None = None
    encoding: str | None = None
    sublayer: str | None = None
    complete_in: tuple[str, ...] = ()
    papers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Offer:
        """Read « layer=FILE;key=value;… ».

        Parameters
        ----------
        text : one option, as typed.

        Returns
        -------
        The offer; its file is not opened.

        Raises
        ------
        SitingError : SIT202 for an unknown layer, key or encoding, or without a file.

        Examples
        --------
        >>> Offer.parse("wetlands=zh.gpkg;complete_in=33,86;columns=name:NOM").complete_in
        ('33', '86')
        """
        head, *options = text.split(";")
        name, sign, file = head.partition("=")
        name = name.strip()
        if not sign or not file.strip():
            raise SitingError(
                "SIT202",
                f"« {text} » n'est pas une couche et un fichier",
                where="--layer",
                hint="écrivez par exemple --layer natura2000_polygons=zps.gpkg",
            )
        if name not in LAYERS or LAYERS[name].form not in FORMS:
            raise _unknown("couche", name, sorted(n for n, k in LAYERS.items() if k.form in FORMS))
        given = dict(_option(option) for option in options if option.strip())
        return cls(
            layer=name,
            file=file.strip(),
            columns=dict(_pair(part) for part in given.get("columns", "").split(",") if part),
            crs=given.get("crs"),
            encoding=_encoding(given.get("encoding")),
            sublayer=given.get("sublayer"),
            complete_in=tuple(c.strip() for c in given.get("complete_in", "").split(",") if c),
            papers={key: given[key] for key in PAPERS if key in given},
        )


def file_and_options(
    text: str, keys: Sequence[str], option: str, columns: Sequence[str] = ()
) -> tuple[str, dict[str, str], dict[str, str]]:
    """Read « FILE;key=value;… », as several options take it.

    Parameters
    ----------
    text : as typed.
    keys : the options known.
    option : the option that errors name.
    columns : our columns that « columns=ours:theirs » may name.

    Returns
    -------
    The file, the options given (without columns), and our columns to the file's.

    Raises
    ------
    SitingError : SIT202 for an unknown option or column, or without a file.
    """
    file, *rest = text.split(";")
    if not file.strip():
        raise SitingError(
            "SIT202", f"« {text} » ne nomme pas de fichier", where=option,
            hint=f"écrivez par exemple {option} mes-sites.csv",
        )  # fmt: skip
    given: dict[str, str] = {}
    for part in rest:
        if part.strip():
            key, _, value = part.partition("=")
            if key.strip() not in keys:
                raise _unknown("option", key.strip(), list(keys), option)
            given[key.strip()] = value.strip()
    pairs = dict(_pair(part) for part in given.pop("columns", "").split(",") if part)
    for ours in pairs:
        if ours not in columns:
            raise _unknown("colonne", ours, list(columns), option)
    if "encoding" in given:
        _encoding(given["encoding"])
    return file.strip(), given, pairs


def _option(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if key.strip() not in KEYS:
        raise _unknown("option", key.strip(), list(KEYS))
    return key.strip(), value.strip()


def _pair(text: str) -> tuple[str, str]:
    ours, _, theirs = text.partition(":")
    return ours.strip(), theirs.strip()


def _encoding(name: str | None) -> str | None:
    try:
        "".encode(name or "utf-8")
    except LookupError:
        raise _unknown("encodage", str(name), ["utf-8", "cp1252", "latin-1"]) from None
    return name


def _unknown(kind: str, name: str, known: list[str], where: str = "--layer") -> SitingError:
    near = get_close_matches(name, known, n=1)
    hint = f"vouliez-vous dire « {near[0]} » ?" if near else f"connus : {', '.join(known)}"
    return SitingError("SIT202", f"{kind} inconnue « {name} »", where=where, hint=hint)
