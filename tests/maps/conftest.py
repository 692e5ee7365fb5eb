"""A small territory of twelve communes by the sea, as a results folder that the maps can read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from scenarios.storage.results import Results, write_json, write_table

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
PATIENCE = 120  # seconds, on a machine that others use
# Two frames: all that was asked before them is drawn.
DRAWN = """new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""
CRS = "EPSG:2154"
WEST, SOUTH, SIDE = 400_000.0, 6_400_000.0, 20_000.0
PERIODS = (2031, 2036)
Words = Callable[[str], str]


def _communes(words: Words) -> gpd.GeoDataFrame:
    cells = [(column, row) for row in range(4) for column in range(3)]
    corners = [(WEST + SIDE * c, SOUTH + SIDE * r) for c, r in cells]
    return gpd.GeoDataFrame(
        {
            "commune_code": [f"{33 + c // 2}{k:03d}" for k, (c, _) in enumerate(cells)],
            "name": [words(f"Commune {k}") for k in range(12)],
            "departement_code": [str(33 + c // 2) for c, _ in cells],
            "epci_code": "200000001",
            "epci_name": words("Communauté de communes"),
            "population": [1000 + 100 * k for k in range(12)],
        },
        geometry=[shapely.box(x, y, x + SIDE, y + SIDE) for x, y in corners],
        crs=CRS,
    )


def _neighbours(words: Words) -> gpd.GeoDataFrame:
    east = shapely.box(WEST + 3 * SIDE, SOUTH - 300_000, WEST + 600_000, SOUTH + 400_000)
    return gpd.GeoDataFrame(
        {"code": ["12"], "name_fr": [words("Voisin")], "kind": ["departement"]},
        geometry=[east], crs=CRS,
    )  # fmt: skip


def _context(folder: Path, words: Words) -> None:
    communes = _communes(words)
    hearts = communes.assign(geometry=communes.representative_point())
    tables: dict[str, gpd.GeoDataFrame] = {
        "communes": communes,
        "departements": communes.dissolve("departement_code").reset_index()[
            ["departement_code", "name", "geometry"]
        ],
        "neighbours": _neighbours(words),
        "towns": hearts.assign(is_prefecture=[True, *[False] * 11], rank=range(1, 13)),
        "substations": hearts.assign(
            yard_id=[f"Y{k}" for k in range(12)], can_host="yes", room_mw=30.0,
            max_voltage_kv=[400, 225, 90, 63] * 3,
        ),
        "sectors": communes.assign(
            sector_code=communes["commune_code"], name_fr=communes["name"],
            zre=["yes", "no", "unknown"] * 4,
        ),
        "protected": communes.head(2).assign(kind="parc naturel régional"),
        "networks": hearts.head(2).assign(delivered_gwh=[3.0, 20.0]),
        "osm": hearts.head(1),
        "power_plants": hearts.head(3).assign(
            fuel_fr=[words("nucléaire"), "éolien", "solaire"], capacity_mw=[900.0, 60.0, 4.0]
        ),
        "landings": hearts.head(1).assign(cable=words("Amitié"), commune_name=words("Le Porge")),
    }  # fmt: skip
    for name, table in tables.items():
        write_table(folder / "context" / f"{name}.parquet", table)


def _sites(words: Words) -> gpd.GeoDataFrame:
    count = 24
    rng = np.random.default_rng(7)
    fate = np.array(["candidat"] * 18 + ["écarté"] * 3 + ["inconnu"] * 2 + ["fusionné"])
    powers = np.where(np.arange(count) < 4, [10.0, 20.5, 33.0, 7.25] + [0.0] * 20, 0.0)
    return gpd.GeoDataFrame(
        {
            "site_id": [f"33_{k:03d}" for k in range(count)],
            "name_fr": [words(f"Friche {k}") for k in range(count)],
            "fate": fate,
            "fate_reason_fr": [words("Surface : 0,4 ha") if f == "écarté" else "" for f in fate],
            "merged_into": [None] * 23 + ["33_000"],
            "merged_ids": ["33_000|33_023"] + [""] * 23,
            "commune_code": [f"33{k % 12:03d}" for k in range(count)],
            "commune_name": [words(f"Commune {k % 12}") for k in range(count)],
            "epci_name": words("Communauté de communes"),
            "departement_code": "33",
            "departement_name": words("Gironde"),
            "area_m2": 20_000.0,
            "usable_area_m2": 14_000.0,
            "status_fr": "sans projet",
            "quality_fr": "vérifiée",
            "plu_zone": "U",
            "enaf": ["no", "unknown"] * 12,
            "sector_code": "S0",
            "sector_name": words("Seudre"),
            "zre": ["yes", "unknown", "no"] * 8,
            "elevation_m": 12.0,
            "land_cover_fr": words("Cultures"),
            "yard_name": words("POSTE"),
            "yard_distance_km": np.linspace(0.5, 9, count).round(2),
            "yard_voltage_kv": 90,
            "connection_limit_mw": 40.0,
            "sinks_fr": words("Réseau de chaleur"),
            "design_fr": words("air"),
            "why_fr": [words("Un bon site. Son poste est proche.")] * count,
            "retained": powers > 0,
            "it_mw_2031": np.where(np.arange(count) < 2, powers, 0.0),
            "it_mw_2036": powers,
        },
        geometry=gpd.points_from_xy(
            WEST + rng.uniform(1_000, 59_000, count), SOUTH + rng.uniform(1_000, 79_000, count)
        ),
        crs=CRS,
    )  # fmt: skip


def _verdicts(sites: gpd.GeoDataFrame, words: Words) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    tables = []
    for name, weight in (("grid.distance", 1.0), ("water.scarcity", 2.0), ("heat.reach", 0.5)):
        score = rng.uniform(0, 1, len(sites)).round(2)
        unknown = rng.random(len(sites)) < 0.2
        tables.append(
            pd.DataFrame(
                {
                    "site_id": sites["site_id"], "criterion": name, "label_fr": words(name),
                    "kind": "classant", "state": np.where(unknown, "unknown", "graded"),
                    "value": np.where(unknown, np.nan, score * 10), "threshold": np.nan,
                    "unit": "km", "sense": "", "score_low": np.where(unknown, 0.0, score),
                    "score_high": np.where(unknown, 1.0, score), "weight": weight,
                    "status": "assumption", "reference": words("Choix de conception"),
                }
            )
        )  # fmt: skip
    state = sites["fate"].map({"écarté": "failed", "inconnu": "unknown"}).fillna("passed")
    tables.append(
        pd.DataFrame(
            {
                "site_id": sites["site_id"], "criterion": "land.min_area",
                "label_fr": words("Surface minimale"), "kind": "éliminatoire", "state": state,
                "value": np.where(state == "failed", 0.4, 2.0), "threshold": 1.0, "unit": "ha",
                "sense": ">=", "score_low": np.nan, "score_high": np.nan, "weight": np.nan,
                "status": "read", "reference": words("Scénario"),
            }
        )
    )  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def _ranked(sites: gpd.GeoDataFrame, verdicts: pd.DataFrame) -> gpd.GeoDataFrame:
    graded = verdicts[verdicts["kind"] == "classant"]
    for column in ("score_low", "score_high"):
        total = (graded[column] * graded["weight"]).groupby(graded["site_id"]).sum()
        sites[column] = (100 * total / 3.5).round(6).reindex(sites["site_id"]).to_numpy()
    candidates = sites["fate"] == "candidat"
    sites.loc[~candidates, ["score_low", "score_high"]] = np.nan
    order = sites[candidates].sort_values(
        ["score_low", "score_high", "site_id"], ascending=[False, False, True]
    )
    sites["rank"] = pd.Series(range(1, len(order) + 1), index=order.index, dtype="Int64")
    return sites


def _rules(words: Words) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rule_id": ["C01", "C10", "C10", "C28"], "rule": ["a", "b", "b", "c"],
            "label_fr": [words(t) for t in ("Besoin servi", "Place", "Place", "Nature")],
            "scope": ["U", "U", "U", "N"], "kind": "limite", "hard": [True, True, True, False],
            "evaluated": [True, True, True, False],
            "can_bite": ["oui", "oui", "oui", "donnée absente"],
            "where": [words("région"), words("Y0"), words("Y1"), ""],
            "period": pd.array([2036, 2036, 2031, None], dtype="Int64"), "unit": "MW",
            "activity": [70.75, 40.0, 12.0, np.nan], "limit": [70.75, 40.0, 40.0, np.nan],
            "slack": [0.0, 0.0, 28.0, np.nan], "binding": [True, True, False, False],
            "price": np.nan,
            "price_text_fr": [words("Un mégawatt de plus coûterait 1 M€."), "", "", ""],
            "excess": 0.0, "status": "assumption", "reference": words("CESER, mars 2026"),
            "note_fr": ["", "", "", words("couche absente")],
        }
    )  # fmt: skip


def _summary(words: Words) -> dict[str, Any]:
    def figures(sites: int, power: float) -> dict[str, Any]:
        return {
            "it_mw": power, "sites": sites, "departements": 1, "site_energy_twh": 0.61,
            "water_input_m3": 12_345.6, "heat_gwh": 31.0, "erf": 0.05, "enaf_low_ha": 0.0,
            "enaf_high_ha": 2.5,
        }  # fmt: skip

    return {
        "schema_version": 1, "scenario": "essai", "title": words("Scénario d'essai"),
        "answer_fr": [words("Le plan retient 4 sites pour 70,75 MW en 2036.")],
        "reference_date": "2026-11-23", "territory": words("village"), "periods": list(PERIODS),
        "demand": {str(p): {"total_it_mw": 90.0, "to_place_it_mw": 70.0} for p in PERIODS},
        "plan": {"2031": figures(2, 30.5), "2036": figures(4, 70.75)}, "n_sites": 4,
        "rules_not_evaluated": [
            {"rule_id": "C28", "label_fr": words("Nature"), "why_fr": words("couche absente")}
        ],
        "criteria_not_evaluated": [{"criterion": "x", "label_fr": words("Natura 2000")}],
        "yards_to_ask": [{"yard_id": "Y0", "name": words("POSTE 0")}],
    }  # fmt: skip


def _alternatives() -> pd.DataFrame:
    rows = [
        ("1", "33_001", 2036, 20.0), ("1", "33_007", 2036, 50.0), ("1", "33_007", 2031, 30.0),
        ("2", "33_009", 2036, 70.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["alternative", "site_id", "period", "it_mw"])
    return table.assign(
        design="air", is_in_plan=table["site_id"] == "33_001", objective_gap=0.021, sites_changed=4
    )


def write_results(folder: Path, words: Words = str) -> Results:
    """Write the village's results; ``words`` is passed every text that reaches the page."""
    _context(folder, words)
    sites = _sites(words)
    verdicts = _verdicts(sites, words)
    write_table(folder / "sites.parquet", _ranked(sites, verdicts))
    write_table(folder / "verdicts.parquet", verdicts)
    write_table(folder / "rules.parquet", _rules(words))
    write_table(folder / "alternatives.parquet", _alternatives())
    write_json(folder / "summary.json", _summary(words))
    parameter = {
        "name": words("grid.room"), "label_fr": words("Place au poste"), "value": 30.0,
        "unit": "MW", "status": "assumption", "reference": words("Choix de conception"),
    }  # fmt: skip
    write_json(folder / "parameters.json", {"scenario": {}, "values": [parameter]})
    source = {
        "title": words("Friches"), "producer": words("Cerema"), "licence": words("Licence Ouverte"),
        "vintage": "2024-03-10", "caveat_fr": words("Points."), "state_fr": "embarquée",
    }  # fmt: skip
    write_json(folder / "datapackage.json", {"version": "0", "resources": [], "sources": [source]})
    return Results.read(folder, verify=False)


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return write_results(tmp_path_factory.mktemp("village"))


@pytest.fixture(scope="session")
def village_with() -> Callable[..., Results]:
    return write_results


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright n'est pas installé")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium absent : la page n'a pas été ouverte dans un vrai navigateur")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Opened:
    """A page opened from a file, with everything it asked, said or threw."""

    def __init__(self, browser: Any, path: Path, *, fragment: str = "", **options: Any) -> None:
        self.page = browser.new_page(**{"viewport": {"width": 1366, "height": 768}, **options})
        self.requests: list[str] = []
        self.console: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.goto(f"file://{path}{fragment}")
        if path.name == "carte.html":
            self.until("document.documentElement.dataset.ready === 'true'")

    def until(self, condition: str) -> None:
        """Wait until the page answers yes, asked from here: its policy forbids it to poll."""
        end = time.monotonic() + PATIENCE
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"jamais vu dans la page : {condition}"
            self.page.wait_for_timeout(20)

    def drawn(self) -> None:
        """Wait until all that was asked of the page is on the screen."""
        self.page.evaluate(DRAWN)

    def unfold_everything(self) -> None:
        """Open every part and wait for its drawing: the browser says « toggle » in its own time."""
        self.page.evaluate(
            "for (const box of document.querySelectorAll('details')) box.open = true"
        )
        for part in ("views thead th", "compare tbody tr", "fewer tbody tr"):
            self.until(f"document.querySelector('#{part}') !== null")
        self.drawn()

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def axe(self) -> list[str]:
        """Return what axe finds serious or critical: rule and place (WCAG, RGAA's base)."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'], "
            "rules: {'target-size': {enabled: true}}}).then(({violations}) => violations)"
        )
        return [
            f"{entry['id']} : {node['target']} {node['html'][:120]}"
            for entry in found
            if entry["impact"] in ("serious", "critical")
            for node in entry["nodes"]
        ]

    def faults(self) -> list[str]:
        """Return everything that should not have happened."""
        return [*self.requests[1:], *self.console, *self.errors, *self.dialogs]


@pytest.fixture(scope="module")
def opening(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Open pages that the tests of a module share."""
    yield from _opening(browser)


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Opened]]:
    yield from _opening(browser)


def _opening(browser: Any) -> Iterator[Callable[..., Opened]]:
    pages: list[Opened] = []

    def open_page(path: Path, **options: Any) -> Opened:
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.page.close()
