"""The hourly shape of carbon intensity: read, never a level, and nothing of it shipped."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from impacts.basis.hourly_intensity import read_intensity, shape_of
from layers.words.errors import SitingError

HEAD = (
    "Datetime (UTC),Zone Id,Carbon Intensity gCO₂eq/kWh (direct),"
    "Carbon Intensity gCO₂eq/kWh (LCA),Data Estimated"
)
ROWS = [f"2023-01-01 {h:02}:00:00,FR,{20 + h},{40 + h},{str(h == 2).lower()}" for h in range(4)]
ROOT = Path(__file__).resolve().parents[3]
REAL = ROOT.parent / "shared/data/electricity/co2_horaire_france_2023_electricitymaps.csv.gz"


def text(*rows: str) -> str:
    return "\n".join(["\ufeff" + HEAD, *rows])


def test_hours_are_read_and_their_shape_has_a_mean_of_one():
    read = read_intensity(text(*ROWS))
    assert read["direct"].values.tolist() == [20, 21, 22, 23]
    assert read.attrs["estimated_hours"] == 1
    shape = shape_of(read["life_cycle"])
    assert float(shape.mean()) == pytest.approx(1)
    assert float(shape[3] / shape[0]) == pytest.approx(43 / 40)
    # The same shape, whatever the level.
    assert shape_of(2 * read["life_cycle"]).values == pytest.approx(shape.values)


@pytest.mark.parametrize(
    ("rows", "code", "words", "line"),
    [
        ([ROWS[0], ROWS[2]], "SIT105", "ne suit pas", 3),
        ([ROWS[0], ROWS[1], ROWS[1]], "SIT105", "ne suit pas", 4),
        ([ROWS[0], ROWS[1].replace("21", "peu")], "SIT105", "« peu »", 3),
    ],
)
def test_a_wrong_hour_or_value_is_told_with_its_line(rows, code, words, line):
    with pytest.raises(SitingError, match=words) as refused:
        read_intensity(text(*rows), where="co2.csv")
    assert (refused.value.code, refused.value.where) == (code, f"co2.csv, ligne {line}")


def test_nothing_of_the_series_is_shipped():
    held = [*(ROOT / "layers" / "data").rglob("*"), *(ROOT / "impacts").rglob("*")]
    assert held
    assert not [path.name for path in held if "co2_horaire" in path.name]


def test_the_french_year_2023_has_its_published_mean():
    if not REAL.is_file():
        pytest.skip("série d'essai absente : sa licence n'est pas confirmée, elle ne voyage pas")
    read = read_intensity(gzip.decompress(REAL.read_bytes()).decode("utf-8"))
    assert read.sizes["time"] == 8760
    assert float(read["direct"].mean()) == pytest.approx(30.4, abs=0.05)
    assert float(read["life_cycle"].mean()) == pytest.approx(49.4, abs=0.05)
    assert read.attrs["estimated_hours"] == 5
