"""After a fetch: the pack whole or untouched, its states, its counts, the verdicts, the map."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
import simulated
import village_exports
from loopback import Loopback, serving
from village_shapes import square

from layers.contracts.contract import LAYERS
from layers.fetch.connector_registry import Place
from layers.fetch.fetch_forecast import forecast
from layers.fetch.fetch_manifest import read_manifest
from layers.fetch.live_fetch import Fetch, FetchReport, asked_for, fetch
from layers.fetch.official_services import asked, services
from layers.fetch.partial_fetch import together
from layers.packs.data_pack import EMBEDDED, Pack
from layers.packs.pack_building import build
from layers.verify_pack import verify
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory
from maps.pages import draw_pages
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.dry_answers import layer_table
from scenarios.reading.run_changes import before, changes_fr, said
from scenarios.scenario_run import run

NATURE = (
    "natura2000_polygons",
    "znieff_1",
    "znieff_2",
    "biotope_orders",
    "national_reserves",
    "regional_reserves",
    "park_core",
    "conservation_land",
    "other_protections",
)
VILLAGE = shapely.union_all([square(c, r) for c in (0, 1) for r in (0, 1)])
SMALL = ("demand.it_mw={ 2031 = 22, 2036 = 22 }", "sizes.min_mw=1")

Nature = Callable[..., FetchReport]


@pytest.fixture(scope="module")
def living(exports: Path, village: Territory, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Build a pack of the village with all that a run needs."""
    folder = tmp_path_factory.mktemp("vivant")
    shutil.copytree(exports, folder / "exports")
    village_exports.write(folder / "exports", VILLAGE)
    build(folder / "exports", folder / "lot", village)
    return Pack.open(folder / "lot")


@pytest.fixture
def nature(tmp_path: Path, living: Pack, village: Territory) -> Nature:
    def bring(*names: str, trap: str = "", pack: Pack = living, **how: Any) -> FetchReport:
        with serving(Loopback(simulated.geoplateforme(trap))) as server:
            ask = Fetch(
                names=names or NATURE,
                place=Place(village, pack),
                into=tmp_path / "lot",
                known={"geoplateforme": services()["geoplateforme"].at(server.url)},
                cache=tmp_path / "cache",
                **{"deadline_s": 20.0, **how},
            )
            return fetch(ask, lambda _: None)

    return bring


def states(results: Any, criterion: str) -> dict[str, str]:
    rows = results.verdicts[results.verdicts["criterion"] == criterion]
    return dict(zip(rows["site_id"], rows["state"], strict=True))


def test_nature_goes_from_unknown_to_yes_and_no_and_the_map_shows_it(
    nature: Nature, living: Pack, tmp_path: Path
) -> None:
    question = read_scenario("tendanciel", SMALL)
    former = run(question, living, tmp_path / "resultats")
    criteria = [
        "nature.outside_natura2000",
        "nature.outside_znieff",
        "nature.outside_strong_protection",
    ]
    for criterion in criteria:
        assert set(states(former, criterion).values()) == {"unknown"}
    report = nature()
    kept = before(tmp_path / "resultats")
    results = run(question, Pack.open(report.folder), tmp_path / "resultats", draw=draw_pages)
    for criterion in criteria:
        assert set(states(results, criterion).values()) <= {"passed", "failed"}, criterion
    found = states(results, "nature.outside_natura2000")
    assert (found["33001_1"], found["33999_1"]) == ("failed", "passed")
    lines = "\n".join(changes_fr(kept, said(results)))
    assert "Hors site Natura 2000" in lines
    assert "Zones exclues" in lines
    drawn = results.context("protected")
    assert (drawn["kind"] == "site Natura 2000").sum() == 4
    assert "réserve biologique" in set(drawn["kind"])
    page = (results.folder / "carte.html").read_text(encoding="utf-8")
    assert "Tourbière" in page


def test_a_pack_is_written_whole_or_not_at_all(nature: Nature, tmp_path: Path) -> None:
    first = nature("natura2000_polygons")
    papers = (first.folder / "catalogue.toml").read_bytes()
    with pytest.raises(SitingError):
        nature("natura2000_polygons", trap="renamed", refresh=True)
    assert (tmp_path / "lot" / "catalogue.toml").read_bytes() == papers
    assert Pack.open(tmp_path / "lot").verify() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "lot"]


def test_a_second_fetch_completes_the_first(nature: Nature, tmp_path: Path) -> None:
    first = nature("natura2000_polygons")
    second = nature("znieff_1", pack=Pack.open(first.folder))
    pack = Pack.open(second.folder)
    assert pack.entry("natura2000_polygons").state == "fetched"
    assert pack.entry("znieff_1").state == "fetched"
    products = read_manifest(second.folder)["products"]
    assert sorted(products) == [f"geoplateforme/{name}" for name in ("sic", "znieff1", "zps")]
    answer = products["geoplateforme/sic"]["answers"][0]
    assert answer["asked"].startswith("http://127.0.0.1")
    assert len(answer["sha256"]) == 64


def test_a_part_of_the_region_fetched_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    whole = Pack.open()
    creuse = Territory.asked("23")
    with serving(Loopback(simulated.geoplateforme())) as server:
        ask = Fetch(
            names=("national_reserves",),
            place=Place(creuse, whole),
            into=tmp_path / "lot",
            known={"geoplateforme": _empty_allowed(server.url)},
            cache=tmp_path / "cache",
        )
        report = fetch(ask, lambda _: None)
    pack = Pack.open(report.folder)
    assert len(pack.table("national_reserves")) == len(whole.table("national_reserves"))
    assert set(pack.entry("national_reserves").complete_in) == {"23", "33"}


def test_rows_without_identifier_are_kept_and_numbered_again() -> None:
    columns = {"commune_code": "23001", "year": 2024.0, "volume_m3": 1.0, "use": "eau"}
    fetched = pd.DataFrame({"zone_id": ["withdrawals-000001", "withdrawals-000002"], **columns})
    kept = pd.DataFrame({"zone_id": ["withdrawals-000001", "OPR9"], **columns})
    whole = together(LAYERS["withdrawals"], fetched, kept)
    assert whole["zone_id"].tolist() == ["OPR9", *(f"withdrawals-{n:06d}" for n in (1, 2, 3))]
    same = together(LAYERS["withdrawals"], fetched, fetched.assign(zone_id=["OPR1", "OPR2"]))
    assert len(same) == 4


def _empty_allowed(url: str) -> Any:
    """Return the service, where the département asked for may have no reserve at all."""
    service = services()["geoplateforme"].at(url)
    products = tuple(replace(product, may_be_empty=True) for product in service.products)
    return replace(service, products=products)


def test_fewer_rows_than_the_last_time_are_refused_unless_allowed(
    nature: Nature, monkeypatch: pytest.MonkeyPatch
) -> None:
    nature("natura2000_polygons")
    fewer = {**simulated.OUTLINES, "patrinat_sic:sic": [("Coteaux", 0, 0)]}
    monkeypatch.setattr(simulated, "OUTLINES", fewer)
    with pytest.raises(SitingError) as refusal:
        nature("natura2000_polygons", refresh=True)
    assert refusal.value.code == "SIT112"
    assert "--allow-fewer" in refusal.value.hint
    nature("natura2000_polygons", refresh=True, allow_fewer=("natura2000_polygons",))


def test_a_whole_region_below_its_band_is_refused(tmp_path: Path) -> None:
    with serving(Loopback(simulated.geoplateforme())) as server:
        ask = Fetch(
            names=("natura2000_polygons",),
            place=Place(Territory.named("nouvelle-aquitaine"), Pack.open()),
            into=tmp_path / "lot",
            known={"geoplateforme": services()["geoplateforme"].at(server.url)},
            cache=tmp_path / "cache",
        )
        with pytest.raises(SitingError) as refusal:
            fetch(ask, lambda _: None)
    assert refusal.value.code == "SIT112"
    assert "265" in refusal.value.message
    assert not (tmp_path / "lot").exists()


def test_list_says_the_state_and_verify_counts_again(nature: Nature) -> None:
    report = nature("natura2000_polygons")
    pack = Pack.open(report.folder)
    rows = {row["layer"]: row for row in layer_table(pack)}
    assert rows["natura2000_polygons"]["state_fr"] == "téléchargée"
    assert re.fullmatch(r"reçue le \d\d/\d\d/20\d\d", rows["natura2000_polygons"]["vintage"])
    assert "non vérifié en direct" in rows["znieff_1"]["fetch_fr"]
    checks = {check.name: check for check in verify(pack).checks}
    assert checks["geoplateforme/sic"].state == "juste"
    assert checks["geoplateforme/sic"].expected == 3
    export = report.folder / "exports" / "nature" / "patrinat_sic.geojson"
    export.write_text(export.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert [fault.code for fault in verify(pack).faults] == ["SIT104"]


def test_the_deadline_covers_every_service_together(tmp_path: Path, living: Pack, village) -> None:
    known = {name: services()[name] for name in ("geoplateforme", "odre")}
    with serving(Loopback(simulated.odre(), "silent")) as server:
        ask = Fetch(
            names=(),
            place=Place(village, living),
            into=tmp_path / "lot",
            known={name: service.at(server.url) for name, service in known.items()},
            cache=tmp_path / "cache",
            deadline_s=1.0,
        )
        with pytest.raises(SitingError) as refusal:
            fetch(ask, lambda _: None)
    assert refusal.value.exit_code == 4
    assert "aussi" in refusal.value.hint


def test_a_forecast_lists_requests_and_sizes_for_every_service() -> None:
    report = forecast(asked_for("nouvelle-aquitaine", None, EMBEDDED))
    assert {row["service"] for row in report["requests"]} == set(services())
    for row in report["requests"]:
        assert row["times"] >= 1
        assert row["bytes"] > 0
        assert row["request"].startswith("https://")
        assert row["verified_fr"] == "non vérifié en direct"
    assert "Rien n'a été demandé" in report["lines_fr"][-1]


def test_half_of_a_layer_brings_the_other_half() -> None:
    chosen = [product.name for product in asked(("sic",), services())]
    assert chosen == ["sic", "zps"]
    with pytest.raises(SitingError) as refusal:
        asked(("geoplatforme",), services())
    assert "geoplateforme" in refusal.value.hint


def test_a_service_says_the_day_it_was_read_live() -> None:
    from datetime import date

    service = replace(services()["odre"], verified_on=date(2026, 12, 1))
    assert service.verified_fr == "vérifié en direct le 01/12/2026"


def test_every_product_feeds_a_layer_that_reads_it() -> None:
    from fnmatch import fnmatch

    for service in services().values():
        assert service.reference
        for product in service.products:
            for layer in product.layers:
                patterns = [e.pattern for s in LAYERS[layer].exports.values() for e in s]
                assert any(fnmatch(product.file, p) for p in patterns), (product.name, layer)
            others = [name for name in LAYERS if name not in product.layers]
            read_by_others = [
                name
                for name in others
                for schemas in LAYERS[name].exports.values()
                for e in schemas
                if e.pattern and fnmatch(product.file, e.pattern)
            ]
            # A pack's communes are the ground a fetch asks about, never what it brings; its
            # source posts take from RTE's export a place alone.
            assert set(read_by_others) <= {"communes", "source_substations"}, product.name


WITHOUT_SOCKETS = """
import sys
def refuse(event, _):
    if event.startswith("socket."):
        raise RuntimeError(event)
sys.addaudithook(refuse)
import cli
sys.argv = ["siting", *sys.argv[1:]]
cli.main()
"""


def siting(*words: str, sockets: bool = True) -> subprocess.CompletedProcess[str]:
    start = ["-m", "cli"] if sockets else ["-c", WITHOUT_SOCKETS]
    return subprocess.run(
        [sys.executable, *start, *words], capture_output=True, text=True, timeout=600, check=False
    )


def test_offline_opens_no_socket_and_still_makes_the_pack(
    tmp_path: Path, living: Pack, village: Territory
) -> None:
    words = ["layers", "fetch", "natura2000_polygons", "--territory", "33", "--json"]
    words += ["--data", str(living.folder), "--cache", str(tmp_path / "cache")]
    with serving(Loopback(simulated.geoplateforme())) as server:
        words += ["--base-url", f"geoplateforme={server.url}"]
        refused = siting(*words, "--out", str(tmp_path / "a"), sockets=False)
        assert "RuntimeError: socket." in refused.stderr
        online = siting(*words, "--out", str(tmp_path / "b"))
        assert online.returncode == 0, online.stderr
        seen = server.count()
        offline = siting(*words, "--out", str(tmp_path / "c"), "--offline", sockets=False)
        assert offline.returncode == 0, offline.stderr
        assert server.count() == seen
        absent = siting(*words[:2], "znieff_1", *words[3:], "--offline", sockets=False)
    made = json.loads(offline.stdout)
    assert all(a["from_cache"] for a in made["products"]["geoplateforme/sic"]["answers"])
    assert absent.returncode == 4
    assert absent.stderr.startswith("[SIT113]")
    assert "Traceback" not in absent.stderr


def test_dry_run_and_list_open_no_socket() -> None:
    dry = siting("layers", "fetch", "--dry-run", sockets=False)
    assert dry.returncode == 0, dry.stderr
    assert "Géoplateforme" in dry.stdout


def test_an_interrupted_fetch_leaves_nothing_and_resumes(
    tmp_path: Path, living: Pack, village: Territory
) -> None:
    words = ["layers", "fetch", "hv_lines", "--territory", "33", "--data", str(living.folder)]
    words += ["--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "lots" / "lot")]
    with serving(Loopback(simulated.odre(), "drip")) as server:
        words += ["--base-url", f"odre={server.url}"]
        child = subprocess.Popen(
            [sys.executable, "-m", "cli", *words], stderr=subprocess.PIPE, text=True
        )
        while not any(note["sent"] > 5 for note in server.seen):
            time.sleep(0.02)
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=600)[1]
        assert child.returncode == 130
        assert "rien n'a été laissé à moitié" in said
        assert not list((tmp_path / "lots").iterdir())
        server.fault = ""
        done = siting(*words)
    assert done.returncode == 0, done.stderr
    asked_again = [note for note in server.seen if note["range"]]
    assert len(asked_again) == 1
