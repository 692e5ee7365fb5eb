"""Site sheets and booklet: sixteen blocks in order, what is unknown said, nothing executed."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
import shutil
from datetime import date
from pathlib import Path

import pypdf
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from layers.words.errors import SitingError
from maps.look.publisher import Identity
from maps.paper.blocks import BLOCKS, filled
from maps.paper.blocks.block_content import Fact, Table
from maps.paper.plan_booklet import booklet_data
from maps.paper.sheet_batch import Order, draw_sheets, file_name
from maps.paper.sheet_material import Material, Subject, amount_of
from maps.paper.site_maps import Plates, draw_site, use_typeface
from maps.paper.site_sheet import sheet_data
from maps.paper.typst_pages import (
    LONGEST_WORD,
    STANDARD,
    font_paths,
    printable,
    signs_replaced,
)
from maps.printed.synthesis_page import planned_sites
from scenarios.question.program_settings import procedure_values
from scenarios.storage.results import Results
from tests.scenarios.answers.read_aloud import in_document

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
TITLES = (
    "Identité", "Pourquoi ce site", "Sol et urbanisme", "Électricité", "Eau et refroidissement",
    "Chaleur", "Climat", "Biodiversité", "Riverains et santé", "Risques", "Numérique",
    "Économie et équité", "Éviter, réduire, compenser", "Procédures", "Incertitudes", "Avis",
)  # fmt: skip
HOSTILE = (
    '#panic()[ *gras* _x_ ] $x^2$ @cite <étiquette> \\ #import "/etc/passwd" `code` // fin '
    "<b>&amp;</b> ]} {[ \u202etxet \x07 😀 漢字 اسم " + "W" * 400
)


def text_of(path: Path) -> str:
    pages = pypdf.PdfReader(path).pages
    told = " ".join(" ".join(page.extract_text().split()) for page in pages)
    return told.replace("’", "'")


def squeezed(text: str) -> str:
    """Drop spaces and hyphens: a word cut at the end of a line is the same word."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


@pytest.fixture(scope="session")
def example(tmp_path_factory) -> Results:
    """Read the folder that the documentation keeps as an example, and leave it as it is."""
    return Results.read(EXAMPLE)


@pytest.fixture(scope="session")
def pair(example) -> tuple[str, str]:
    """Return the two most powerful sites of the plan."""
    first, second = planned_sites(example).index[:2]
    return str(first), str(second)


@pytest.fixture(scope="session")
def sheets(example, pair, tmp_path_factory):
    into = tmp_path_factory.mktemp("fiches")
    return into, draw_sheets(example, into, Order(sites=pair, booklet=True))


def test_the_sixteen_blocks_are_there_in_order(sheets, pair):
    into, _ = sheets
    text = text_of(into / "fiches" / f"{pair[0]}.pdf")
    places = [text.find(f"{k}. {title}") for k, title in enumerate(TITLES, start=1)]
    assert -1 not in places
    assert places == sorted(places)
    assert [title for title, _ in (BLOCKS[k] for k in range(1, 17))] == list(TITLES)


def test_a_sheet_says_its_figures_their_doubt_and_their_source(sheets, example, pair):
    into, _ = sheets
    text = text_of(into / "fiches" / f"{pair[0]}.pdf")
    power = example.sites.at[pair[0], "it_mw_2036"]
    assert f"{power:.1f} MW en 2036".replace(".", ",") in text.replace("\u00a0", " ")
    assert "hypothèse" in text
    assert "non évalué" in text
    assert "Friches (Cartofriches), Cerema" in text
    assert "ni autorisation" in text
    assert "conforme à Néo Terra" not in text
    assert "À demander d'abord" in text
    assert "Intercommunalité et commune" in text


def test_a_pdf_is_tagged_titled_in_french_and_has_bookmarks(sheets):
    into, report = sheets
    assert len(report["files"]) == 3
    for entry in report["files"]:
        reader = pypdf.PdfReader(into / entry["path"])
        catalog = reader.trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"].startswith("fr")
        assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata.title
        assert reader.outline
        assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def test_a_sheet_holds_on_five_pages_of_a4(sheets, pair):
    into, _ = sheets
    for site in pair:
        reader = pypdf.PdfReader(into / "fiches" / f"{site}.pdf")
        assert len(reader.pages) <= 5
        assert {tuple(round(float(x)) for x in p.mediabox) for p in reader.pages} == {
            (0, 0, 595, 842)
        }


def test_the_booklet_has_the_answer_the_rules_the_sources_and_the_limits(sheets, example):
    into, _ = sheets
    text = text_of(into / "carnet.pdf").replace("\u00a0", " ")
    for title in ("Sommaire", "Résumé", "Chiffres du plan", "Carte du plan", "Facture des règles",
                  "Hypothèses", "Journal des décisions", "Limites", "Sources et millésimes",
                  "Une page par site"):  # fmt: skip
        assert title in text
    assert f"Le plan retient {example.summary['n_sites']} sites" in text
    for rule in example.rules["rule_id"].unique():
        assert f"{rule} " in text
    for source in example.descriptor["sources"]:
        title = printable(source["title"]).replace("’", "'")  # as ``text_of`` reads them
        assert squeezed(title) in squeezed(text)


def test_no_sentence_of_a_sheet_or_of_the_booklet_is_above_35_words(example, pair):
    use_typeface()
    plates, identity = Plates(Material(example)), Identity()
    sheet = sheet_data(plates, pair[0], identity)
    assert list(in_document(sheet)) == []
    assert list(in_document(booklet_data(plates, [sheet], identity))) == []


def test_two_drawings_have_the_same_bytes(sheets, example, tmp_path, pair):
    into, _ = sheets
    again = draw_sheets(example, tmp_path, Order(sites=pair, booklet=True), jobs=1)
    for entry in again["files"]:
        assert hashlib.sha256((into / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]


def test_a_map_has_a_scale_a_stamp_and_no_clock(example, pair):
    use_typeface()
    plates = Plates(Material(example))
    svg = draw_site(plates, Subject(plates.material, pair[1]), "abords").decode()
    assert "<dc:date>" not in svg
    width = float(svg.split('width="')[1].split("pt")[0])
    assert width == pytest.approx(87.0 / 25.4 * 72, rel=1e-4)  # at 1:100 000 once printed


def test_the_monthly_bars_add_up_to_the_year(example, pair):
    subject = Subject(Material(example), pair[0])
    charts = [item for block in filled(subject) for item in block.items if hasattr(item, "colour")]
    year = subject.footprint("water_input_m3", 2036)
    water = next(chart for chart in charts if chart.colour == "water")
    assert sum(water.values) == pytest.approx(year, rel=1e-4)


def test_the_room_of_a_yard_is_told_with_its_range_and_its_reserve(example, pair):
    facts = [f for b in filled(Subject(Material(example), pair[0])) for f in b.facts()]
    told = next(f.value for f in facts if f.label.startswith("Place au poste"))
    assert re.search(r"^\d+\sMW, tous usages \(de \d+ à \d+\), dont (30|50)\s% réservés", told)


def test_no_score_stands_without_its_interval(example, pair):
    facts = [f for b in filled(Subject(Material(example), pair[1])) for f in b.facts()]
    score = next(fact for fact in facts if fact.label.startswith("Note"))
    assert score.value.startswith("de ")
    assert " à " in score.value


def test_hostile_words_are_only_words(village_with, tmp_path):
    results = village_with(tmp_path / "essai", lambda text: f"{text} {HOSTILE}")
    report = draw_sheets(results, tmp_path / "pdf", Order(booklet=True))
    assert len(report["files"]) == 5
    for entry in report["files"]:
        text = text_of(tmp_path / "pdf" / entry["path"])
        assert "#panic()[ *gras* _x_ ] $x^2$ @cite" in text
        assert "<b>&amp;</b>" in text
        assert "root:" not in text


def test_an_older_and_poorer_folder_is_laid_out(village, tmp_path):
    report = draw_sheets(village, tmp_path, Order(sites=("33_000",)))
    text = text_of(tmp_path / report["files"][0]["path"])
    assert all(f"{k}. {title}" in text for k, title in enumerate(TITLES, start=1))
    assert "version antérieure" in text
    assert "doute non chiffré" in text


def test_a_site_without_commune_nor_area_is_laid_out(village_with, tmp_path):
    results = village_with(tmp_path / "essai")
    site = "33_005"
    for column in ("commune_name", "commune_code", "epci_name", "area_m2", "yard_name", "why_fr"):
        results.sites.loc[site, column] = None
    report = draw_sheets(results, tmp_path / "pdf", Order(sites=(site,)))
    text = text_of(tmp_path / "pdf" / report["files"][0]["path"])
    assert "commune inconnue" in text
    assert "surface" in text


def test_a_plan_without_site_is_said(village_with, tmp_path):
    results = village_with(tmp_path / "essai")
    results.sites["retained"] = False
    results.sites[["it_mw_2031", "it_mw_2036"]] = 0.0
    with pytest.raises(SitingError, match="aucun site") as caught:
        draw_sheets(results, tmp_path / "pdf", Order())
    assert caught.value.code == "SIT402"
    report = draw_sheets(results, tmp_path / "pdf", Order(booklet=True))
    assert [entry["path"] for entry in report["files"]] == ["carnet.pdf"]
    assert "ne retient aucun site" in text_of(tmp_path / "pdf" / "carnet.pdf")
    ranked = draw_sheets(results, tmp_path / "pdf", Order(top=2))
    assert len(ranked["sites"]) == 2


def test_an_unknown_site_names_the_nearest_and_nothing_is_written(village, tmp_path):
    into = tmp_path / "pdf"
    with pytest.raises(SitingError, match="33_001x") as caught:
        draw_sheets(village, into, Order(sites=("33_000", "33_001x")))
    assert caught.value.code == "SIT402"
    assert "33_001" in caught.value.hint
    assert not into.exists()


def test_a_fault_in_the_middle_leaves_the_former_sheets(village_with, tmp_path, monkeypatch):
    results = village_with(tmp_path / "essai")
    into = tmp_path / "pdf"
    draw_sheets(results, into, Order(sites=("33_000",)))
    before = (into / "fiches" / "33_000.pdf").read_bytes()
    (results.folder / "context" / "communes.parquet").unlink()
    with pytest.raises(FileNotFoundError):
        draw_sheets(Results(results.folder), into, Order(sites=("33_000",)))
    assert [p.name for p in sorted(into.rglob("*"))] == ["fiches", "33_000.pdf"]
    assert (into / "fiches" / "33_000.pdf").read_bytes() == before


@given(st.text(max_size=60))
def test_any_text_becomes_one_that_the_standard_accepts(text):
    plain = printable(text)
    words = re.findall(r"\w+", plain.replace("\u200b", " "))
    assert all(len(word) <= LONGEST_WORD for word in words)
    assert not any(c in plain for c in "\x00\u202e\ufeff")
    assert printable(plain).replace("\u200b", "") == plain.replace("\u200b", "")


def test_every_kind_of_letter_can_be_set(tmp_path):
    page = tmp_path / "page.typ"
    page.write_text(
        '#set document(title: "t")\n#set text(lang: "fr", font: ("Atlas Sans", "DejaVu Sans"))\n'
        "#sys.inputs.data",
        encoding="utf-8",
    )
    compiler = typst.Compiler(
        input=str(page), root=str(tmp_path), font_paths=font_paths(), ignore_system_fonts=True
    )

    def made(text: str) -> bytes:
        return compiler.compile(format="pdf", pdf_standards=[STANDARD], sys_inputs={"data": text})

    samples = "".join(chr(c) for c in range(0x20, 0x3000, 7)) + "漢\U00013000\ue000"
    fonts = pypdf.PdfReader(io.BytesIO(made(printable(samples)))).pages[0]["/Resources"]["/Font"]
    names = {
        str(font.get_object()["/BaseFont"]).split("+")[1].split("-")[0] for font in fonts.values()
    }
    assert names == {"AtlasSans", "DejaVuSans"}


def test_names_of_files_stay_in_their_folder():
    names = [file_name(site) for site in ("a/b", "../../x", "", "é", "a b", "a/b ", ".")]
    assert len(set(names)) == len(names)
    assert all("/" not in name and not name.startswith(".") for name in names)


def test_sheets_leave_the_results_folder_as_it_was(example, tmp_path, pair):
    copy = tmp_path / "limousin"
    shutil.copytree(EXAMPLE, copy)
    draw_sheets(Results.read(copy), tmp_path / "limousin-fiches", Order(sites=(pair[1],)))
    assert sorted(p.relative_to(copy) for p in copy.rglob("*")) == sorted(
        p.relative_to(EXAMPLE) for p in EXAMPLE.rglob("*")
    )
    Results.read(copy)


def test_every_fact_of_a_sheet_has_a_value_and_a_known_grade(example, village, pair):
    blocks = filled(Subject(Material(example), pair[0]))
    blocks += filled(Subject(Material(village), "33_000"))
    assert all(f.grade in {"", "A", "B", "C", "D"} for b in blocks for f in b.facts())
    assert all(isinstance(fact, Fact) and fact.value for b in blocks for fact in b.facts())


def test_the_law_of_2026_is_said_as_of_the_day_of_the_scenario(example, pair):
    told = {}
    for day in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 11, 23)):
        material = Material(example)
        values = {n: dataclasses.asdict(v) for n, v in procedure_values(day).items()}
        material.__dict__["values"] = values
        facts = [
            each for each in BLOCKS[14][1](Subject(material, pair[0])) if isinstance(each, Fact)
        ]
        told[day] = " ".join(f"{each.label} {each.value}" for each in facts)
    before, debate, now = told.values()
    assert "CNDP" not in before
    assert "2026-403" not in debate
    assert "saisine non obligatoire pour un datacenter (décret du 3 mars 2026)" in debate
    assert "loi n° 2026-403 du 26/05/2026, art. 35" in now
    assert "(PINM)" in now
    assert "PIINM" not in now
    assert all(value.status == "memory" for name, value in procedure_values(day).items()
               if name.endswith(("permit_refusal", "national_debate")))  # fmt: skip


def test_a_value_by_step_is_written_with_its_unit_in_order():
    rooms = {"value": {"400": 500.0, "63": 30.0, "225": 150.0}, "unit": "MW"}
    assert amount_of(rooms) == "63 : 30, 225 : 150, 400 : 500\u00a0MW"
    steps = {"value": {"recommended": 27.0, "allowed": 32.0, "tolerant": 40.0}, "unit": "degC"}
    assert amount_of(steps) == "27, 32, 40\u00a0°C"
    assert amount_of(
        {"value": {"alert": 0.05, "reinforced": 0.1, "crisis": 0.25}, "unit": "1"}
    ) == ("0,05, 0,1, 0,25")


def test_the_figures_of_the_blocks_are_those_of_the_tables(example, pair):
    subject = Subject(Material(example), pair[0])
    blocks = {k: list(BLOCKS[k][1](subject)) for k in (4, 5, 6, 7, 9, 13, 14)}
    told = {
        item.label: item.value.replace("\u00a0", " ").replace("\u202f", " ")
        for items in blocks.values()
        for item in items
        if isinstance(item, Fact)
    }
    placed = example.table("plan/placements").query("period == 2036")
    placed = placed[placed["site_id"] == pair[0]]
    per_mw = example.impacts["water_input"].sel(site_id=pair[0]).to_series()
    power = placed["it_mw"].sum()
    water = float((placed["design"].map(per_mw) * placed["it_mw"]).sum())
    load = example.scenario["demand"]["utilisation"]
    wue = water / (power * load * 8760)
    assert told["WUE annuel"] == f"{wue:.2g} L/kWh informatique".replace(".", ",")
    assert water < 10_000
    assert told["En sécheresse (ICPE)"].startswith("sous le seuil ; au-dessus, alerte −5 %")
    engines = 1.5 * power / 0.4
    assert told["Groupes de secours (ICPE)"].startswith(
        "autorisation (3110)" if engines >= 50 else "enregistrement"
    )
    heat = f"{engines:.1f} MW thermiques".replace(".", ",")
    assert f"environ {heat}" in told["Groupes de secours (ICPE)"]
    # The same heat, once: where the engines are described and where their regime is said.
    assert heat in told["Groupes de secours"]
    assert told["Essais des groupes"].startswith("15 h/an par groupe")
    assert "250 h/an de pointe" in told["Effacement supposé"]
    saved = float(((per_mw.max() - placed["design"].map(per_mw)) * placed["it_mw"]).sum())
    assert saved > 0
    [measures] = [item for item in blocks[13] if isinstance(item, Table)]
    [row] = [row for row in measures.rows if row[1].startswith("eau : ")]
    assert row[2][0].isdigit()  # a saving, never a negative one
    amount = int("".join(re.findall(r"\d+", row[2].partition("m³")[0])))
    assert amount == pytest.approx(saved, rel=0.01)
    [hot] = [item for item in blocks[7] if isinstance(item, Table)]
    for _, today, median, spread in hot.rows:
        low, high = (
            float(end.replace("\u202f", "").replace(",", ".")) for end in spread.split(" à ")
        )
        assert low <= float(median.replace("\u202f", "")) <= high
        assert float(today.replace("\u202f", "")) <= float(median.replace("\u202f", ""))


def test_above_the_threshold_a_sheet_says_what_a_drought_takes(example, pair):
    material = Material(example)
    values = dict(material.values)
    values["water.drought_threshold"] = {**values["water.drought_threshold"], "value": 100.0}
    material.__dict__["values"] = values
    [fact] = [
        item
        for item in BLOCKS[5][1](Subject(material, pair[0]))
        if isinstance(item, Fact) and item.label == "En sécheresse (ICPE)"
    ]
    assert fact.value.startswith("au-dessus du seuil : alerte −5")


def test_a_sign_that_no_typeface_draws_is_replaced_and_named():
    data = {"name": "Ａ 中 é\n", "svg": "中", "rows": [("文", 3)]}
    assert signs_replaced(data) == {"Ａ", "中", "文"}
    assert printable(data) == {"name": "A (?) é ", "svg": "中", "rows": [["(?)", 3]]}
    assert signs_replaced({"name": "Œuvre, 12 m³, « a » – b"}) == set()
