"""A user's own raster as its file means it: scale, offset, masks, heights, world files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from test_layers_user_cells import classes, written
from village_shapes import SIDE, SOUTH, WEST

from layers.own_layers import own_raster
from layers.own_layers.layer_option import Offer
from layers.own_layers.own_raster import read_cells
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError

# Small files kept beside the repository; elsewhere, say where: SITING_CASES.
BESIDE = Path(__file__).parents[3].parent / "shared" / "cases"
CASES = Path(os.environ.get("SITING_CASES", BESIDE))
NORTH = SOUTH + 2 * SIDE


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(own_raster.platformdirs, "user_cache_dir", lambda *_, **__: tmp_path / "c")


def cells_of(path: Path, pack: Pack, **options: str) -> tuple[np.ndarray, list[str]]:
    """Return the copy's cells, NaN where unknown, and what was told."""
    kept, _, lines = read_cells(Offer("flood", str(path), **options), pack)
    with rasterio.open(kept) as copy:
        values = copy.read(1).astype(float)
        if copy.nodata is not None:
            values[values == copy.nodata] = np.nan
    return values, [line.text_fr for line in lines]


def test_centimetres_with_a_scale_are_metres(tmp_path: Path, village_pack: Pack) -> None:
    stored = np.full((60, 80), 30, "int16")
    stored[0, :3] = (7, 50, -9999)
    path = written(tmp_path / "h.tif", stored, nodata=-9999)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.01,), (1.0,)
    values, told = cells_of(path, village_pack)
    kept, _, _ = read_cells(Offer("flood", str(path)), village_pack)
    with rasterio.open(kept) as copy:
        # Where the depth is the bound itself, « above » is false: no dust of binary fractions.
        assert not (copy.read(1)[0, :2] > np.float32([1.07, 1.5])).any()
    assert values[1, 1] == pytest.approx(1.3)
    assert np.isnan(values[0, 2])
    assert np.isnan(values).sum() == 1
    assert any("× 0,01, puis + 1" in line for line in told)


@pytest.mark.parametrize("internal", [True, False])
def test_what_a_mask_hides_is_unknown(internal: bool, tmp_path: Path, village_pack: Pack) -> None:
    path = written(tmp_path / "zones.tif", classes())
    seen = np.ones((60, 80), bool)
    seen[:, :40] = False
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES" if internal else "NO"),
        rasterio.open(path, "r+") as file,
    ):
        file.write_mask(seen)
    assert path.with_name("zones.tif.msk").exists() is not internal
    values, told = cells_of(path, village_pack)
    assert (np.isnan(values) == ~seen).all()
    assert (values[:, 40:] == classes()[:, 40:]).all()
    assert not any("tenue pour connue" in line for line in told)


def test_a_mask_that_is_no_geotiff_is_refused(tmp_path: Path, village_pack: Pack) -> None:
    path = written(tmp_path / "zones.tif", classes())
    path.with_name("zones.tif.msk").write_text("<VRTDataset/>", encoding="utf-8")
    with pytest.raises(SitingError, match="masque"):
        cells_of(path, village_pack)


@pytest.mark.parametrize("code", [5698, 9793, 9794])
def test_lambert_93_with_heights_or_of_a_later_realisation_is_lambert_93(
    code: int, tmp_path: Path, village_pack: Pack
) -> None:
    values, _ = cells_of(written(tmp_path / "a.tif", classes(), crs=f"EPSG:{code}"), village_pack)
    same, _ = cells_of(written(tmp_path / "b.tif", classes()), village_pack)
    assert (values == same).all()


@pytest.mark.parametrize("name", ["sol.tfw", "sol.TFW", "sol.wld"])
def test_a_world_file_places_a_raster_that_says_nothing(
    name: str, tmp_path: Path, village_pack: Pack
) -> None:
    path = tmp_path / "sol.tif"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        written(path, classes(), crs=None, transform=None)
    (tmp_path / name).write_text(f"100\n0\n0\n-100\n{WEST + 50}\n{NORTH - 50}\n", encoding="utf-8")
    with pytest.raises(SitingError, match="crs=EPSG:2154"):
        cells_of(path, village_pack)
    values, _ = cells_of(path, village_pack, crs="EPSG:2154")
    assert (values == classes()).all()


SHARED = {
    "03-raster-echelle/hauteur_scale.tif": 1.0,
    "04-raster-masque/masque_interne.tif": 0.5,
    "04-raster-masque/masque_externe_msk.tif": 0.5,
    "c2-lambert-93-3d/compound5698.tif": 1.0,
}


@pytest.mark.parametrize("case", SHARED)
def test_the_shared_rasters_give_their_right_answer(case: str) -> None:
    if not (CASES / case).is_file():
        pytest.skip("les petits fichiers d'essai partagés ne sont pas sur cette machine")
    values, _ = cells_of(CASES / case, Pack.open())
    assert np.isfinite(values).mean() == SHARED[case]
    if "echelle" in case:
        assert np.unique(values) == pytest.approx([0.0, 0.3])
