"""Variants of a small scenario: kept steps, sweeps, comparison, follow-up, new scenarios."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
import xarray as xr

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.printed.comparison_page import draw_comparison
from scenarios.question.audit.datacenter_audit import read_audit, totals
from scenarios.question.scenario_reading import read_scenario
from scenarios.question.scenario_template import write_scenario
from scenarios.question.sweep_cases import cases
from scenarios.reading.followup_indicators import FIGURES, indicators, write_follow_up
from scenarios.reading.plan_comparison import compare
from scenarios.reading.run_forecast import expected_steps
from scenarios.scenario_run import run
from scenarios.storage.results import Results
from scenarios.verbs.case_runners import in_processes, on_cluster
from scenarios.verbs.scenario_sweep import sweep
from scenarios.verbs.sweep_tally import sweep_lines
from scenarios.writing.folder_proofs import verify
from scenarios.writing.step_cache import Answers, StepCache, changed, parts_of

PLAIN = Answers(alternatives=0)
SMALL = """
extends = "tendanciel"
name = "limousin"
title = "Trois départements"
territory = ["19", "23", "87"]

[demand]
it_mw = { 2031 = 30, 2036 = 45 }
existing_it_mw = 10
"""
# As many MW in service as the scenario assumes, three quarters of them measured.
AUDIT = "nom;commune_code;it_mw;qualite;source\nA;87085;7,5;mesuré;x\nB;19031;2,5;annoncé;y\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "limousin.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plans(small, tmp_path_factory) -> list[Results]:
    folder = tmp_path_factory.mktemp("plans")
    pack = Pack.open(EMBEDDED)
    audit = folder / "audit.csv"
    audit.write_text(AUDIT, encoding="utf-8-sig")
    variants = {"un": (), "deux": ("demand.it_mw.2036=60", f"demand.audit={audit}")}
    return [
        run(read_scenario(str(small), overrides), pack, folder / name, answers=PLAIN)
        for name, overrides in variants.items()
    ]


def test_a_territory_is_some_departements_without_a_code_change(plans):
    sites = plans[0].sites
    assert set(sites["departement_code"]) == {"19", "23", "87"}
    assert plans[0].summary["territory_fr"] == "Corrèze, Creuse et Haute-Vienne"
    assert plans[0].summary["n_sites"] >= 1


def test_kept_steps_change_no_byte_and_an_unchanged_folder_is_kept(small, plans, tmp_path):
    steps, pack, told = StepCache(tmp_path / "steps"), Pack.open(EMBEDDED), []
    question = read_scenario(str(small))
    first = run(question, pack, tmp_path / "a", steps=steps, answers=PLAIN)
    again = run(question, pack, tmp_path / "b", steps=steps, answers=PLAIN)
    hashes = [
        {r["path"]: r["hash"] for r in results.descriptor["resources"]}
        for results in (plans[0], first, again)
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    created = again.descriptor["created"]
    kept = run(question, pack, tmp_path / "b", steps=steps, tell=told.append, answers=PLAIN)
    assert kept.descriptor["created"] == created
    assert "rien n'a changé" in told[0]


def test_a_changed_weight_is_given_as_the_reason(small, tmp_path):
    pack = Pack.open(EMBEDDED)
    now, then = (
        parts_of(read_scenario(str(small), o).model_dump(mode="json"), pack)
        for o in ((), ("objective.weights.enaf=3",))
    )
    # The weight's line in the journal falls with it: nobody gave a reason for the new one.
    assert changed(then, now) == ["les pondérations", "le titre, les échéances ou le journal"]
    assert changed(now, now) == []
    forecast = expected_steps(
        read_scenario(str(small)), pack, tmp_path / "rien", StepCache(tmp_path)
    )
    assert not any(step["kept"] for step in forecast["steps"])
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_step_is_worked_again(tmp_path):
    steps = StepCache(tmp_path)
    (tmp_path / "empreinte" / "cle").mkdir(parents=True)
    (tmp_path / "empreinte" / "cle" / "footprint.nc").write_bytes(b"pas un NetCDF")
    assert steps.coefficients("cle") is None
    assert not (tmp_path / "empreinte" / "cle").exists()


def test_a_sweep_gives_the_same_bytes_in_processes_and_on_a_cluster(small, tmp_path):
    asked = cases(str(small), EMBEDDED, ["demand.it_mw.2036=40,90000"], 0)
    told: list[str] = []
    here = sweep(asked, tmp_path / "ici", in_processes(2), told.append)
    there = sweep(asked, tmp_path / "grappe", on_cluster("local", 2), told.append)
    for name in (
        "cases.parquet",
        "places.parquet",
        "placements.parquet",
        "prices.parquet",
        "prices.csv",
        "cases.nc",
        "cases.json",
        "datapackage.json",
    ):
        assert (here / name).read_bytes() == (there / name).read_bytes(), name
    report = json.loads((here / "datapackage.json").read_text(encoding="utf-8"))
    assert report["cases"] == 2
    assert report["plans"] == 1
    assert [failed["code"][:4] for failed in report["failed"]] == ["SIT3"]


def test_draws_are_seeded_and_move_what_is_assumed(small, tmp_path):
    asked = cases(str(small), EMBEDDED, [], 3, seed=7)
    folders = [sweep(asked, tmp_path / name, map_here, lambda _: None) for name in ("un", "deux")]
    tables = [pd.read_parquet(folder / "cases.parquet") for folder in folders]
    pd.testing.assert_frame_equal(*tables)
    assert tables[0]["existing_it_mw"].nunique() == 3
    places = pd.read_parquet(folders[0] / "places.parquet")
    assert list(places["grain"].unique()) == ["departement", "epci", "yard", "site"]
    assert places["kept_share"].between(0, 1).all()
    assert (places["kept_low"] <= places["kept_share"]).all()
    assert not places["name_fr"].isna().any()
    widest = places[places["grain"] == "departement"]
    assert widest["kept_share"].max() >= places["kept_share"].max()
    assert (folders[0] / "cases.nc").read_bytes() == (folders[1] / "cases.nc").read_bytes()
    prices = pd.read_parquet(folders[0] / "prices.parquet")
    assert {"demand.served"} <= set(prices["rule"])
    assert prices["binding_share"].between(0, 1).all()
    assert (prices["draws"] <= 3).all()
    served = prices[prices["rule"] == "demand.served"].set_index("where").loc[["région, au moins"]]
    assert (served["price_unit"] == "M€ pondérés par MW").all()
    assert (served["price_p10"] <= served["price_p90"]).all()
    with xr.open_dataset(folders[0] / "cases.nc") as cube:
        assert cube["rule_price"].shape == (len(prices), 5)
        assert cube["rule_price"].sel(quantile=50).values.tolist() == pytest.approx(
            prices["price_p50"].tolist(), nan_ok=True
        )
    report = json.loads((folders[0] / "datapackage.json").read_text("utf-8"))
    few = "\n".join(sweep_lines(folders[0], report))
    assert f"{report['plans']} sur {report['plans']}" in few
    assert "ni intervalle, ni part" in few
    assert not any(words in few for words in ("9 cas sur 10", "%, au moins", "chances"))
    many = sweep_lines(folders[0], report | {"plans": 20})
    assert any("9 cas sur 10 entre" in line for line in many)
    assert any("par département" in line and "au moins" in line for line in many)
    assert any("C01" in line and "pondérés par MW" in line for line in many)


def test_a_stopped_sweep_takes_its_finished_cases_back(small, tmp_path):
    steps = StepCache(tmp_path / "etapes")
    asked = cases(str(small), EMBEDDED, ["demand.it_mw.2036=40,90000"], 0)
    worked = []

    def stopped(work, left, _):
        for case in left:
            if worked:
                raise KeyboardInterrupt
            worked.append(case.number)
            yield work(case)

    with pytest.raises(KeyboardInterrupt):
        sweep(asked, tmp_path / "deux", stopped, lambda _: None, steps)
    assert not (tmp_path / "deux").exists()
    again = []

    def rest(work, left, _):
        again.extend(case.number for case in left)
        return map(work, left)

    folder = sweep(asked, tmp_path / "deux", rest, lambda _: None, steps)
    assert (worked, again[0]) == ([0], 1)
    table = pd.read_parquet(folder / "cases.parquet")
    assert list(table["status"].str[:4]) == ["plan", "SIT3"]


def map_here(work, asked, _):
    return map(work, asked)


@pytest.mark.parametrize("vary", ["utilisation", "demand.utilisation=a:b:c", "=1,2"])
def test_a_variation_that_cannot_be_read_is_refused(vary):
    with pytest.raises(SitingError) as caught:
        cases("tendanciel", EMBEDDED, [vary], 0)
    assert caught.value.code == "SIT200"


def test_a_comparison_has_nine_rows_and_says_what_is_shared(plans, tmp_path):
    document = compare(plans)
    assert len(document["rows"]) == 9
    names = [column["name"] for column in document["columns"]]
    assert names == [plan.folder.name for plan in plans]
    assert len({column["title"] for column in document["columns"]}) == 2
    shares = document["shared"][0]["shared_mw_pct"]
    assert shares["département"] >= shares["commune"] >= shares["site"] >= 0
    assert shares["département"] <= 100
    one, two = (p.sites.groupby("departement_code")["it_mw_2036"].sum() for p in plans)
    common = one.combine(two, min, fill_value=0.0).sum()
    assert one.sum() != two.sum()
    assert shares["département"] == round(100 * common / min(one.sum(), two.sum()), 1)
    page = draw_comparison(plans, document, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    for plan, column in zip(plans, document["columns"], strict=True):
        last = plan.summary["plan"]["2036"]
        low, high = (f"{last[f'water_input_m3_{end}']:.2g}" for end in ("p5", "p95"))
        water = document["rows"][3]["cells"][document["columns"].index(column)]
        told = water.replace("\u202f", "").replace(",", ".")
        assert f"9 chances sur 10 entre {float(low):g} et {float(high):g}" in told
        assert f"« {column['title']} »" in text.replace("\u00a0", " ").partition("partagent")[2]
    assert ". site choisi" not in text
    again = draw_comparison(plans, document, tmp_path / "encore")
    assert page.read_bytes() == again.read_bytes()


def test_plans_are_set_against_the_country_and_what_is_announced(plans):
    folder = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
    document = compare([plans[0], Results.read(folder)])
    path, inside, ring = document["around"]
    twh = plans[0].summary["plan"]["2036"]["site_energy_twh_p50"]
    low, high = (f"{100 * twh / most:.2g}".replace(".", ",") for most in (28, 23))
    assert path["cells"][0].startswith(f"{low} à {high}\u202f% des 23 à 28")
    assert "23 à 28 TWh de 2035" in path["cells"][0]
    # Bordeaux is not in Limousin; the département of Indre touches it.
    assert inside["cells"][0].startswith(
        "aucun projet connu du lot. Ici ou ailleurs dans la région, site choisi par l'État"
    )
    assert ring["cells"][0].startswith("Châteauroux (Indre)")
    assert "à vérifier" in ring["cells"][0]
    assert all(row["source_fr"] for row in document["around"])


def test_one_plan_is_not_a_comparison(plans):
    with pytest.raises(SitingError, match="au moins deux"):
        compare(plans[:1])


def test_the_29_indicators_say_what_they_do_not_know(plans, tmp_path):
    table = indicators(plans[0])
    assert len(table) == 29
    assert (
        table.loc[table["indicateur"].str.contains("NOx"), "état"] == "donnée non disponible"
    ).all()
    assert table["définition"].str.len().min() > 10
    folder = write_follow_up(plans[0], tmp_path / "suivi")
    assert (folder / "indicateurs.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads((folder / "indicateurs.json").read_text(encoding="utf-8"))[28]["n°"] == 29
    rows = spreadsheet(folder / "indicateurs.ods")
    assert rows[0] == list(table.columns)
    assert [row[2] for row in rows[1:]] == list(table["indicateur"])


def spreadsheet(path: Path) -> list[list[str]]:
    """Return the texts of the first sheet of an ODS, as a reader shows them."""
    names = {"table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
             "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0"}  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "mimetype"
        sheet = ElementTree.fromstring(archive.read("content.xml")).find(".//table:table", names)
    assert sheet is not None
    return [
        ["".join(cell.itertext()).strip() for cell in row.findall("table:table-cell", names)]
        for row in sheet.iterfind(".//table:table-row", names)
    ]


def test_each_figure_of_the_follow_up_is_the_plan_s(plans):
    table = indicators(plans[0]).set_index("n°")
    figures = plans[0].summary["plan"]["2036"]
    shown = {n: float(str(table.at[n, "trajectoire 2036"]).replace("\u202f", "").replace(",", "."))
             for n in (1, 2, 3, 7, 9, 10, 13, 23)}  # fmt: skip
    assert shown[1] == pytest.approx(35, rel=0.02)
    assert shown[3] == pytest.approx(figures["site_energy_twh"] / figures["it_energy_twh"], 0.01)
    assert shown[7] == pytest.approx(figures["it_mw"] / figures["land_ha"], rel=0.01)
    assert shown[10] == pytest.approx(
        figures["water_input_m3"] * 1e3 / (figures["it_energy_twh"] * 1e9), rel=0.01
    )
    assert shown[13] == pytest.approx(figures["heat_gwh_p50"], rel=0.01)
    assert shown[23] == 3
    told = table["précision, dernière échéance"]
    assert told[1].startswith(f"{figures['sites']}\u00a0site")
    assert "Haute-Vienne" in told[23]
    assert (table["état"] == "donnée non disponible").sum() >= 10


def test_an_audit_read_back_gives_the_baseline_and_the_share_measured(plans):
    assumed, audited = (indicators(results).set_index("n°") for results in plans)
    assert assumed.at[1, "référence 2026"] == "10 (hypothèse)"
    assert assumed.at[27, "état"] == "donnée non disponible"
    assert audited.at[1, "référence 2026"] == "10 (audité, mesuré à 75\u202f%)"
    assert audited.at[27, "trajectoire 2036"] == "75"


def test_an_audit_replaces_the_assumption_and_says_how_much_is_measured(tmp_path):
    path = tmp_path / "audit.csv"
    path.write_text(
        "nom;commune_code;it_mw;qualite;source\nA;33075;4,5;mesuré;x\nB;33065;1,5;annoncé;y\n",
        encoding="utf-8-sig",
    )
    found = totals(read_audit(path))
    told = (found["existing_it_mw"], found["measured_it_mw"], found["measured_share"])
    assert told == (6.0, 4.5, 0.75)
    assert (found["sites"], found["silent_sites"], found["untold_mw"]) == (2, 0, 6.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nom;it_mw\nA;3\n", "SIT101"),
        ("nom;commune_code;it_mw;qualite\nA;1;-3;mesuré\n", "SIT105"),
        ("nom;commune_code;it_mw;qualite\nA;1;3;estimé\n", "SIT105"),
        ("nom;commune_code;it_mw;qualite\nA;1;beaucoup;mesuré\n", "SIT105"),
    ],
)
def test_a_faulty_audit_is_refused(tmp_path, text, code):
    path = tmp_path / "audit.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SitingError) as caught:
        read_audit(path)
    assert caught.value.code == code


def test_a_new_scenario_is_valid_as_written_and_never_overwrites(tmp_path):
    path = write_scenario("mon-essai", tmp_path)
    assert read_scenario(str(path)).name == "mon-essai"
    with pytest.raises(SitingError) as caught:
        write_scenario("mon-essai", tmp_path)
    assert caught.value.exit_code == 8
    with pytest.raises(SitingError, match="n'est pas un nom"):
        write_scenario("Élan vital", tmp_path)


@pytest.mark.browser
def test_the_comparison_opens_without_a_request_nor_an_error(plans, tmp_path):
    pytest.importorskip("playwright.sync_api", reason="playwright n'est pas installé")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium n'est pas installé : la page n'a pas été ouverte")
    page_path = draw_comparison(plans, compare(plans), tmp_path)
    # The maps' tests keep a browser open, whose event loop owns this thread: take another one.
    with ThreadPoolExecutor(1) as thread:
        rows, asked, faults = thread.submit(visited, page_path).result()
    assert rows == 9
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []


def visited(path: Path) -> tuple[int, list[str], list[str]]:
    """Open a page in Chromium: rows of its table, what it asked for, what it complained of."""
    from playwright.sync_api import sync_playwright

    asked, faults = [], []
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = chromium.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        rows = page.locator("table:not(.around) tbody tr").count()
        chromium.close()
    return rows, asked, faults


def test_the_example_of_the_docs_verifies_on_any_clone():
    folder = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
    report = verify(Results.read(folder, verify=False))
    assert report["ok"], report["violations"]
    assert report["files"] > 20


def test_the_other_figures_of_the_follow_up_are_those_of_the_tables():
    results = Results.read(Path(__file__).parents[3] / "docs" / "exemple" / "limousin")
    plan, placed = results.summary["plan"]["2036"], results.table("plan/placements")
    placed = placed[placed["period"] == 2036]
    ledger = {n: results.impacts[n].to_series() for n in ("carbon", "carbon_refrigerant")}
    added = {
        n: sum(v[r.site_id, r.design] * r.it_mw for r in placed.itertuples())
        for n, v in ledger.items()
    }
    wet = results.impacts["is_evaporative"].to_series().astype(bool)
    dry = placed.loc[~placed["design"].map(wet), "it_mw"].sum() / placed["it_mw"].sum()
    used = results.table("plan/connections")
    used = used[used["period"] == 2036]
    lines = results.table("plan/lines").set_index(["site_id", "yard_id", "domain"])
    keys = used[["site_id", "yard_id", "domain"]].drop_duplicates().itertuples(index=False)
    expected = {
        "enaf_high_ha": plan["enaf_high_ha"],
        "brownfield_share": 100.0,  # every retained site of these départements is a friche
        "dry_share": 100 * dry,
        "connection_mw": used["meter_mw"].sum(),
        "line_km": sum(lines.at[tuple(key), "distance_km"] for key in keys),
        "carbon_kt": plan["carbon_kt_p50"],
        "refrigerant_t": added["carbon_refrigerant"],
    }
    retained = results.sites[results.sites["retained"]]
    assert (retained["source"] == "friches").all()
    on_constants = added["carbon"] / 1e3 + plan["carbon_pumps_kt"]
    assert plan["carbon_kt"] == pytest.approx(on_constants, rel=1e-4)
    for figure, value in expected.items():
        assert FIGURES[figure](results, "2036") == pytest.approx(value, rel=1e-4), figure
