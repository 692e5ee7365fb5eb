"""Results held in memory: the same tables and documents as a folder's, nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import xarray as xr

from layers.words.errors import SitingError
from scenarios.storage.folder_swap import DESCRIPTOR
from scenarios.storage.results import Results

NOWHERE = Path("(en mémoire)")


@dataclass(frozen=True)
class HeldResults(Results):
    """Results that no folder holds.

    Attributes
    ----------
    tables : by their path in a folder without suffix, such as « plan/placements ».
    documents : by their path too; plain JSON.
    coefficients : the footprint of one MW at every candidate, units in ``attrs``.
    """

    folder: Path = NOWHERE
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    documents: Mapping[str, Any] = field(default_factory=dict, repr=False)
    coefficients: xr.Dataset = field(default_factory=xr.Dataset, repr=False)

    def check_hashes(self) -> None:
        """Find nothing to check: what was never written was never touched."""

    def check_shape(self) -> None:
        """Find nothing to check: this version made these tables."""

    @property
    def descriptor(self) -> dict[str, Any]:  # type: ignore[override]
        """Return the Frictionless descriptor, without files."""
        descriptor: dict[str, Any] = self.document(Path(DESCRIPTOR).stem)
        return descriptor

    @property
    def impacts(self) -> xr.Dataset:  # type: ignore[override]
        """Return the footprint per MW of every candidate and design."""
        return self.coefficients

    def table(self, name: str) -> pd.DataFrame:
        """Return one table.

        Parameters
        ----------
        name : such as « plan/placements ».

        Returns
        -------
        A copy.

        Raises
        ------
        SitingError : SIT400 when the run made none of that name.
        """
        table: pd.DataFrame = self._found(self.tables, name)
        return table.copy()

    def shapes(self, name: str) -> gpd.GeoDataFrame:
        """Return one table that has geometries.

        Parameters
        ----------
        name : such as « sites ».

        Returns
        -------
        A copy.

        Raises
        ------
        SitingError : SIT400 when the run made none of that name.
        """
        return gpd.GeoDataFrame(self.table(name))

    def document(self, name: str) -> Any:
        """Return one document.

        Parameters
        ----------
        name : such as « summary ».

        Returns
        -------
        The document itself, not a copy.

        Raises
        ------
        SitingError : SIT400 when the run made none of that name.
        """
        return self._found(self.documents, name)

    def holds(self, name: str) -> bool:
        """Say whether there is a table or a document, such as « context/projects.json ».

        Parameters
        ----------
        name : a path in the folder, its suffix included.

        Returns
        -------
        False for any suffix but .parquet and .json.
        """
        path = Path(name)
        held = {".parquet": self.tables, ".json": self.documents}.get(path.suffix, {})
        return path.with_suffix("").as_posix() in held

    def _found(self, held: Mapping[str, Any], name: str) -> Any:
        if name not in held:
            raise SitingError(
                "SIT400",
                f"« {name} » n'est pas dans ces résultats",
                where=str(self.folder),
                hint=f"connus : {', '.join(sorted(held))}",
            )
        return held[name]
