"""The catalogue: for each layer, its papers — from whom, how old, under what licence, how sure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from layers.words.errors import SitingError, toml_fr

State = Literal["embedded", "fetched", "user", "absent"]

STATE_FR: Mapping[str, str] = {
    "embedded": "embarquée",
    "fetched": "téléchargée",
    "user": "fournie",
    "absent": "absente",
}
KIND_FR: Mapping[str, str] = {
    "official": "officielle",
    "derived": "dérivée",
    "user": "fournie",
    "synthetic": "synthétique",
}


class Entry(BaseModel):
    """One layer's papers; ``file`` and ``sha256`` are empty when the layer is absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    theme: str
    title: str = Field(min_length=3)
    producer: str = Field(min_length=2)
    licence: str = Field(min_length=2)
    vintage: str = Field(min_length=4)
    kind: Literal["official", "derived", "user", "synthetic"] = "official"
    state: State = "absent"
    url: str = ""
    caveat_fr: str = ""
    defects_fr: str = ""
    prevents_fr: str = ""
    odbl: bool = False
    file: str = ""
    sha256: str = ""
    rows: int = 0
    rows_band: tuple[int, int] | None = None
    complete_in: tuple[str, ...] = ()
    positive_only: bool = False
    licence_to_confirm: bool = False

    def complete_for(self, departements: pd.Series) -> pd.Series:
        """Say where nothing found means nothing there; elsewhere absence proves nothing.

        ``complete_in`` lists départements, or « * » for the whole territory. A layer that is
        ``positive_only`` can exclude or warn, never clear: it is complete nowhere.

        Parameters
        ----------
        departements : codes, one a row.

        Returns
        -------
        Booleans on the same index: True where the layer is complete.
        """
        if self.positive_only:
            return pd.Series(False, index=departements.index)
        if "*" in self.complete_in:
            return pd.Series(True, index=departements.index)
        return departements.isin(self.complete_in)

    @property
    def state_fr(self) -> str:
        """Return the state as a planner reads it."""
        return STATE_FR[self.state]

    @property
    def kind_fr(self) -> str:
        """Return the kind as a planner reads it."""
        return KIND_FR[self.kind]

    @property
    def coverage(self) -> Literal["whole", "partial", "absent"]:
        """Say how far the layer can be trusted: whole, in part, or absent.

        In part: it can exclude or warn but never clear, or is complete in some départements only.
        """
        if not self.present:
            return "absent"
        in_part = self.positive_only or (bool(self.complete_in) and "*" not in self.complete_in)
        return "partial" if in_part else "whole"

    @property
    def coverage_fr(self) -> str:
        """Return what the layer may be used for, as a planner reads it; empty when it is whole."""
        if self.positive_only:
            return "positif seulement : peut exclure ou avertir, jamais disculper"
        if self.complete_in and "*" not in self.complete_in:
            return f"complète en {', '.join(self.complete_in)} seulement"
        return ""

    @property
    def present(self) -> bool:
        """Say whether the layer has a file."""
        return self.state != "absent"

    def rows_out_of_band(self, rows: int) -> bool:
        """Say whether a number of rows is outside what the producer normally publishes.

        Parameters
        ----------
        rows : how many rows were read.

        Returns
        -------
        False too when the papers declare no band.
        """
        return self.rows_band is not None and not self.rows_band[0] <= rows <= self.rows_band[1]


Catalogue = dict[str, Entry]


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue.

    Parameters
    ----------
    path : a ``catalogue.toml``, one table a layer.

    Returns
    -------
    Papers by layer name, absent layers included.

    Raises
    ------
    SitingError : SIT103 when the file is absent, SIT100 when it is not TOML or lacks a field.
    """
    if not path.is_file():
        raise SitingError("SIT103", "le lot n'a pas de catalogue", where=str(path))
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            name: Entry.model_validate({"name": name, **body}) for name, body in content.items()
        }
    except tomllib.TOMLDecodeError as problem:
        raise SitingError("SIT100", toml_fr(problem), where=str(path)) from None
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SitingError(
            "SIT100", f"catalogue mal formé : {first['msg']}", where=f"{path}, {place}"
        ) from None


def catalogue_text(entries: Iterable[Entry]) -> str:
    """Write entries as TOML, sorted by name, empty fields left out.

    Parameters
    ----------
    entries : papers, in any order.

    Returns
    -------
    The text that ``read_catalogue`` reads; the same bytes whatever the order given.
    """
    blocks = []
    for entry in sorted(entries, key=lambda one: one.name):
        body = entry.model_dump(exclude={"name"}, exclude_defaults=False)
        lines = [
            f"{key} = {_toml(value)}"
            for key, value in body.items()
            if value not in ("", None, (), False)
        ]
        blocks.append("\n".join([f"[{entry.name}]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{text}"'


def entry_of(papers: Mapping[str, object]) -> Entry:
    """Return the entry that papers a person tells make.

    Parameters
    ----------
    papers : fields of ``Entry``.

    Returns
    -------
    The entry, checked.

    Raises
    ------
    SitingError : SIT202 when a paper is not what a catalogue holds: a producer of one letter.
    """
    try:
        return Entry.model_validate(papers)
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SitingError(
            "SIT202",
            f"« {str(first['input'])[:40]} » ne peut pas nommer « {key} »",
            where=str(papers.get("file") or papers.get("name") or ""),
            hint="écrivez un nom lisible, de deux lettres au moins",
        ) from None
