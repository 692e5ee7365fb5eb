"""Files that a format keeps beside its main one, without which it is read wrong or not at all."""

from __future__ import annotations

from pathlib import Path

from layers.words.errors import SitingError

SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")
WORLD_FILES = (".tfw", ".tifw", ".wld")


def companions_of(path: Path, form: str) -> tuple[Path, ...]:
    """Return the files beside one that belong to it, to be read with it.

    Parameters
    ----------
    path : the main file, its real path.
    form : its format by its bytes.

    Returns
    -------
    A GeoPackage's write-ahead log when it holds something; a GeoTIFF's mask, georeference and
    statistics; a Shapefile's index, table, system and encoding. A link is never one.

    Raises
    ------
    SitingError : SIT108 when a Shapefile lacks its index, or a mask is not a GeoTIFF.
    """
    if form == "gpkg":
        return tuple(log for log in _present(path.name + "-wal", path) if log.stat().st_size)
    if form == "tiff":
        masks = _present(path.name + ".msk", path)
        for mask in masks:
            _refuse_strange_mask(mask)
        papers = _present(path.name + ".aux.xml", path)
        worlds = [file for end in WORLD_FILES for file in _present(path.stem + end, path)]
        return (*masks, *papers, *worlds)
    if form == "shp":
        parts = [file for end in SHAPEFILE_PARTS for file in _present(path.stem + end, path)]
        if not any(part.suffix.lower() == ".shx" for part in parts):
            raise SitingError(
                "SIT108",
                f"format Shapefile incomplet : {path.stem}.shx n'est pas à côté du fichier .shp",
                where=str(path),
                hint="posez côte à côte le .shp, le .shx, le .dbf et le .prj, ou donnez leur .zip",
            )
        return tuple(parts)
    return ()


def _present(name: str, path: Path) -> list[Path]:
    """Return a plain file of that name beside another, its extension in either case."""
    stem, dot, end = name.rpartition(".")
    for spelling in (name, f"{stem}{dot}{end.upper()}"):
        file = path.with_name(spelling)
        if file.is_file() and not file.is_symlink():
            return [file]
    return []


def _refuse_strange_mask(mask: Path) -> None:
    with mask.open("rb") as stream:
        head = stream.read(4)
    if head not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise SitingError(
            "SIT108", "masque .msk qui n'est pas un GeoTIFF", where=str(mask),
            hint="retirez ce masque, ou refaites-le (gdal_translate -mask)",
        )  # fmt: skip
