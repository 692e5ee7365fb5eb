"""A user's own raster: copied around the territory, its holes kept, and refused when unsound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hostile_files import HERE, zones
from village_shapes import SIDE, SOUTH, WEST

from layers.contracts.contract import Raster
from layers.geometry.zonal_shares import mean_over
from layers.own_layers import own_raster
from layers.own_layers.own_layer import with_offers
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError

NORTH = SOUTH + 2 * SIDE


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(own_raster.platformdirs, "user_cache_dir", lambda *_, **__: tmp_path / "c")


def written(
    path: Path, values: Any, *, crs: str | None = "EPSG:2154", west: float = WEST, **more: Any
) -> Path:
    cells = np.atleast_3d(values).transpose(2, 0, 1) if np.ndim(values) == 3 else values[None]
    profile = {
        "driver": "GTiff", "height": cells.shape[1], "width": cells.shape[2],
        "count": len(cells), "dtype": cells.dtype, "crs": crs,
        "transform": Affine(100.0, 0.0, west, 0.0, -100.0, NORTH),
    }  # fmt: skip
    with rasterio.open(path, "w", **{**profile, **more}) as file:
        file.write(cells)
    return path


def classes() -> np.ndarray:
    return (np.arange(4_800).reshape(60, 80) % 5).astype("uint8")


def test_a_raster_given_replaces_the_packs_and_keeps_its_holes(tmp_path, village_pack: Pack):
    path = written(tmp_path / "sol.tif", classes(), nodata=0)
    pack, report = with_offers(village_pack, [f"land_cover={path};vintage=2024-06-01"])
    entry = pack.entry("land_cover")
    assert (entry.state, entry.kind, entry.vintage) == ("user", "user", "2024-06-01")
    assert entry.title == "Occupation du sol dominante"  # not the 5 km of the pack's own cells
    with rasterio.open(pack.raster_path("land_cover")) as copy:
        values = copy.read(1)
        raster = Raster(values, copy.transform, "EPSG:2154", copy.nodata)
        assert (values == classes()).all()
    mean, unknown = mean_over(np.array([shapely.box(WEST, NORTH - 100, WEST + 500, NORTH)]), raster)
    assert (mean[0], unknown[0]) == pytest.approx((2.5, 0.2))
    under = pack.sample("land_cover", np.array([[WEST + 50, NORTH - 50], [WEST + 150, NORTH - 50]]))
    assert np.isnan(under[0])
    assert under[1] == 1.0
    told = " ".join(line.text_fr for line in report)
    assert "mailles sans donnée" in told
    assert not village_pack.has("land_cover") or village_pack.entry("land_cover").state != "user"


def test_what_lies_far_from_the_territory_is_not_copied(tmp_path, village_pack: Pack):
    wide = written(tmp_path / "large.tif", np.ones((60, 5_000), "uint8"))
    pack, report = with_offers(village_pack, [f"land_cover={wide}"])
    assert any("tenue pour connue" in line.why_fr for line in report)  # no hole value was given
    with rasterio.open(pack.raster_path("land_cover")) as copy:
        assert copy.bounds.left == WEST
        assert copy.width < 600


@pytest.mark.parametrize(("change", "code"), [
    ({"crs": "EPSG:4326"}, "SIT102"),
    ({"west": WEST + 9e5}, "SIT102"),
    ({"transform": Affine(100, 5, WEST, 5, -100, NORTH)}, "SIT105"),
])  # fmt: skip
def test_a_raster_of_another_world_is_refused(change, code, tmp_path, village_pack: Pack):
    path = written(tmp_path / "sol.tif", classes(), **change)
    with pytest.raises(SitingError) as refusal:
        with_offers(village_pack, [f"land_cover={path}"])
    assert refusal.value.code == code
    assert "piste" in str(refusal.value)


def test_a_system_left_out_of_the_file_can_be_told(tmp_path, village_pack: Pack):
    path = written(tmp_path / "sol.tif", classes(), crs=None)
    pack, _ = with_offers(village_pack, [f"land_cover={path};crs=EPSG:2154"])
    assert pack.entry("land_cover").state == "user"


def test_only_holes_or_several_bands_or_a_torn_file_are_refused(tmp_path, village_pack: Pack):
    empty = written(tmp_path / "vide.tif", np.zeros((60, 80), "uint8"), nodata=0)
    bands = written(tmp_path / "bandes.tif", np.ones((60, 80, 3), "uint8"))
    torn = tmp_path / "coupe.tif"
    torn.write_bytes(written(tmp_path / "sol.tif", classes()).read_bytes()[:3000])
    for path, code in ((empty, "SIT105"), (bands, "SIT105"), (torn, "SIT100")):
        with pytest.raises(SitingError) as refusal:
            with_offers(village_pack, [f"land_cover={path}"])
        assert refusal.value.code == code


def test_a_table_is_no_raster_nor_a_raster_a_table(tmp_path, village_pack: Pack):
    raster = written(tmp_path / "sol.tif", classes())
    table = tmp_path / "zones.gpkg"
    zones(HERE).to_file(table)
    for text in (f"wetlands={raster}", f"land_cover={table}"):
        with pytest.raises(SitingError) as refusal:
            with_offers(village_pack, [text])
        assert refusal.value.code == "SIT108"
