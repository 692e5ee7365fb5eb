"""One door for files: what a person hands over is opened in one room, and its dangers there."""

from __future__ import annotations

import ast
import os
import resource
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.opening.french_table import read_table
from layers.opening.small_text import read_bytes, read_text, toml_in
from layers.words.errors import SitingError

ROOT = Path(__file__).parents[3]
FLOORS = ("layers", "siting", "impacts", "scenarios", "maps", "commands")
# What opens a file of data, whatever the module it is called from.
OPENERS = {
    "read_file", "read_dataframe", "read_parquet", "open_dataset", "load_dataset", "read_csv",
    "read_excel", "open_arrow", "ParquetFile",
}  # fmt: skip
# Files of ours, written by us and sealed; and files of the official exports of a pack.
ALLOWED = {
    "layers/opening": "la pièce elle-même",
    "layers/packs": "les fichiers du lot, dont l'empreinte est vérifiée",
    "layers/eligibility/rule_rasters.py": "la copie faite par l'enfant borné",
    "layers/eligibility/raster_classes.py": "la copie faite par l'enfant borné, ou le lot",
    "layers/own_layers/zone_file.py": "la table ou la copie faite par l'enfant borné",
    "layers/own_layers/own_layer.py": "la table faite par l'enfant borné",
    "scenarios/documents": "l'exemple de la documentation",
    "layers/fetch": "ce que les services officiels rendent, rangé par leurs connecteurs",
    "impacts/weather/weather_files.py": "un texte déjà lu et borné par layers/opening",
    "impacts/basis/hourly_intensity.py": "un texte déjà lu et borné",
    "scenarios/storage": "les dossiers que nous écrivons, tenus au schéma avant d'être lus",
    "scenarios/writing/step_cache.py": "les étapes gardées, comparées à leur sceau",
    "maps/printed/eligibility_picture.py": "un dossier que nous venons d'écrire",
}


def calls(path: Path) -> list[str]:
    """Return the names of what a source calls to open a file of data."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        is_raster = node.func.attr == "open" and isinstance(owner, ast.Name)
        if node.func.attr in OPENERS or (is_raster and owner.id == "rasterio"):
            found.append(node.func.attr)
    return found


def test_no_other_room_opens_a_file_of_data():
    strangers = {}
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(tuple(ALLOWED)) and (found := calls(path)):
                strangers[name] = found
    # Writing opens too: a GeoTIFF of ours is written with the same word.
    strangers.pop("scenarios/land_eligibility/state_geotiff.py", None)
    assert strangers == {}


def star(vertices: int, radius: float = 10_000.0) -> shapely.Polygon:
    """Return a star whose every side crosses nearly all others."""
    turns = np.arange(vertices) * (vertices // 2) * 2 * np.pi / vertices
    return shapely.Polygon(
        np.column_stack([560_000 + radius * np.cos(turns), 6_520_000 + radius * np.sin(turns)])
    )


@pytest.mark.parametrize(("vertices", "code"), [(99, None), (3_999, "SIT109")])
def test_a_star_is_repaired_or_refused_in_the_child_never_here(tmp_path, vertices, code):
    import geopandas as gpd

    path = tmp_path / "etoile.gpkg"
    gpd.GeoDataFrame({"nom": ["a"]}, geometry=[star(vertices)], crs=2154).to_file(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if code is None:
        table = read_table(path, "--layer")
        assert shapely.is_valid(table.rows.geometry.iloc[0])
        assert any("contour invalide réparé" in note for note in table.notes_fr)
    else:
        with pytest.raises(SitingError) as caught:
            read_table(path, "--layer")
        assert caught.value.code == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a=" + "[" * 10_000 + "]" * 10_000, "emboîtées"),
        ("\n".join("[" + ".".join(["a"] * k) + "]" for k in range(1, 60)), "emboîtées"),
        ("a = " + "9" * 400, "18 chiffres"),
        ("a = " + "9" * 6_000, "digits"),
    ],
)
def test_a_text_out_of_all_measure_is_no_toml(text, said):
    import tomllib

    with pytest.raises(tomllib.TOMLDecodeError, match=said):
        toml_in(text)


def test_a_pipe_a_device_a_folder_or_a_heavy_file_is_refused_before_reading(tmp_path):
    os.mkfifo(tmp_path / "tube")
    (tmp_path / "lourd").write_bytes(bytes(1_000_001))
    (tmp_path / "lien").symlink_to("/dev/zero")
    for name, code in (("tube", "SIT108"), ("lien", "SIT108"), (".", "SIT108"), ("lourd", "SIT109"),
                       ("rien", "SIT108")):  # fmt: skip
        with pytest.raises(SitingError) as caught:
            read_bytes(tmp_path / name, "--identity")
        assert caught.value.code == code, name
    (tmp_path / "bon").write_bytes("\ufeffé".encode())
    assert read_text(tmp_path / "bon", "--identity") == "é"
