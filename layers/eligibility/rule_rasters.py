"""A raster of the user's own that answers a rule, in place of the rule's layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from layers.words.dated_values import STATUS_FR, Status
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, number

ON_THE_LINE = "Choisi sur la ligne de commande (--raster)"
OPTIONS = ("mask", "classes", "above", "below", "unit", "crs", "status", "reference")


@dataclass(frozen=True)
class Classes:
    """What is looked for in a raster: a yes, some classes, or values beyond a bound.

    In a mask 1 is yes and 0 is no; anything else is neither, hence unknown.
    """

    among: tuple[float, ...] = ()
    above: float | None = None
    below: float | None = None
    mask: bool = False


class RuleRaster(BaseModel):
    """A rule's raster, as declared: its file, what is looked for in it, and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(min_length=1)
    mask: bool = False
    classes: tuple[float, ...] = ()
    above: float | None = None
    below: float | None = None
    unit: str = ""
    crs: str | None = None
    status: Status
    reference: str = Field(min_length=8)

    @model_validator(mode="after")
    def _of_one_kind(self) -> RuleRaster:
        bounds = self.above is not None, self.below is not None
        if sum([self.mask, bool(self.classes), *bounds]) != 1:
            raise ValueError("une seule lecture parmi « mask », « classes », « above », « below »")
        if any(bounds) and not self.unit:
            raise ValueError("un seuil porte une unité : ajoutez « unit »")
        return self

    @property
    def sought(self) -> Classes:
        """Return what is looked for in the cells."""
        return Classes(self.classes, self.above, self.below, self.mask)

    @property
    def sought_fr(self) -> str:
        """Say what is looked for, as the audit does."""
        if self.mask:
            return f"masque{NO_BREAK}: 1"
        if self.classes:
            return f"classes {', '.join(f'{one:g}' for one in self.classes)}"
        sign, bound = ("<", self.below) if self.above is None else (">", self.above)
        return f"{sign}{NO_BREAK}{number(float(bound or 0.0), 2)}{NO_BREAK}{self.unit}"

    @property
    def papers_fr(self) -> str:
        """Say who set the bound or the classes, and how sure it is."""
        return f"{STATUS_FR[self.status]} – {self.reference}"


@dataclass(frozen=True)
class GivenRaster:
    """A rule's raster once read: the copy kept under the hash of its cells."""

    asked: RuleRaster
    path: Path

    @property
    def sha256(self) -> str:
        """Return the hash that names the copy."""
        return self.path.stem


def rasters_of(texts: Sequence[str]) -> dict[str, RuleRaster]:
    """Read « rule=FILE;key=value;… »: a mask of 0 and 1 when nothing else is said.

    Parameters
    ----------
    texts : one option a raster, as typed.

    Returns
    -------
    Declarations by rule name; no file is opened.

    Raises
    ------
    SitingError : SIT200 when no rule or no file is named, for an unknown key, or a reading refused
        (two at once, a bound without a unit).

    Examples
    --------
    >>> rasters_of(["flood=h.tif;above=0,5;unit=m"])["flood"].above
    0.5
    """
    return dict(_parsed(text) for text in texts)


def _parsed(text: str) -> tuple[str, RuleRaster]:
    head, *options = text.split(";")
    rule, sign, file = head.partition("=")
    if not sign or not file.strip():
        raise _misread(text, "une règle et un fichier sont attendus")
    pairs = [option.partition("=") for option in options if option.strip()]
    given: dict[str, Any] = {key.strip(): value.strip() for key, _, value in pairs}
    for key in given:
        if key not in OPTIONS:
            raise _misread(text, f"option inconnue « {key} » (connues : {', '.join(OPTIONS)})")
    for key in ("above", "below"):
        if key in given:
            given[key] = given[key].replace(",", ".")
    if "classes" in given:
        given["classes"] = tuple(given["classes"].split(","))
    if "mask" in given or not {"classes", "above", "below"} & set(given):
        given["mask"] = True
    papers = {"status": "assumption", "reference": ON_THE_LINE}
    try:
        return rule.strip(), RuleRaster.model_validate({"file": file.strip(), **papers, **given})
    except ValidationError as problem:
        raise _misread(text, fault_of(problem)) from None


def fault_of(problem: ValidationError) -> str:
    """Say the first fault of a raster's declaration.

    Parameters
    ----------
    problem : what pydantic refused.

    Returns
    -------
    A clause in French, without its first capital.
    """
    first = problem.errors()[0]
    said = str(first["msg"]).removeprefix("Value error, ")
    key = ".".join(str(part) for part in first["loc"])
    return said if first["type"] == "value_error" else f"valeur refusée pour « {key} »"


def _misread(text: str, why: str) -> SitingError:
    return SitingError(
        "SIT200", f"« {text} » : {why}", where="--raster",
        hint="écrivez par exemple --raster 'flood=hauteurs.tif;above=0,5;unit=m'",
    )  # fmt: skip


def cell_of(path: Path) -> float:
    """Return the side of a raster's cells, in metres.

    Parameters
    ----------
    path : a raster in a system in metres.

    Returns
    -------
    The width of a cell.
    """
    with rasterio.open(path) as raster:
        return float(raster.transform.a)
