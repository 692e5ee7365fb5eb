"""The house holds: our names, complete registries, numbers with papers, small files."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

import cli
import impacts
import layers
import maps
import scenarios
import siting
from layers.words.dated_values import read_parameters
from layers.words.errors import CODES
from scenarios.question.program_settings import SCREENING
from siting.program.rule_registry import RULES, catalogue, policy_parameters
from siting.screening.criteria import CRITERIA

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for floor in ("siting", "layers", "scenarios", "impacts", "maps")
    for path in (ROOT / floor).rglob("*.py")
)


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("pas de dépôt git ici : la liste des fichiers suivis n'est pas connue")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("module", [cli, impacts, layers, maps, scenarios, siting])
def test_the_six_names_are_our_own_files(module):
    assert module.__file__ is not None
    assert ROOT in Path(module.__file__).resolve().parents


def test_the_top_level_is_the_one_agreed():
    agreed = {
        "siting", "layers", "scenarios", "impacts", "maps", "cli.py", "pyproject.toml", "tests",
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "constraints.txt",
        "docs", "bench", ".ci", ".gitignore", ".gitattributes",
    }  # fmt: skip
    assert {path.relative_to(ROOT).parts[0] for path in committed()} <= agreed


def test_no_package_hides_a_floor_from_the_tests():
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_one_thing(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 320
    assert path.stem not in {"utils", "helpers", "manager"}
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)
    assert ast.get_docstring(ast.parse(text)), "un module dit en une phrase ce qu'il est"


def test_every_criterion_has_its_papers():
    values = read_parameters(SCREENING)
    given = {"criteria.min_area_ha", "criteria.reach_min_mw"}  # said by the scenario
    for name, entry in CRITERIA.items():
        assert entry.label_fr, name
        assert entry.unit, name
        assert entry.measure.__doc__, name
        keys = {key for key in (entry.threshold, entry.worst, entry.best) if key}
        assert keys, name
        assert keys <= set(values) | given, name


def test_every_threshold_is_read_by_someone():
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    keys = {k for e in CRITERIA.values() for k in (e.threshold, e.worst, e.best) if k}
    families = ("line_cost_", "bay_cost_", "delay_", "_legal_mw")
    for name in read_parameters(SCREENING):
        stem = name.partition(".")[2]
        assert name in keys or name in code or any(part in stem for part in families), name


def test_every_rule_has_its_papers_and_the_29_are_there():
    ids = sorted([rule.id for rule in RULES.values()] + [entry.id for entry in catalogue()])
    assert ids == [f"C{i:02}" for i in range(1, 30)]
    for rule in RULES.values():
        assert rule.label_fr
        assert rule.unit
        assert rule.inequality
        assert rule.scope in set("LSNCU")


def test_every_policy_value_has_unit_status_and_reference():
    for name, parameter in policy_parameters().items():
        assert parameter.unit, name
        for dated in parameter.values:
            assert len(dated.reference) > 15, name


def test_error_codes_are_stable_and_explained():
    for code, entry in CODES.items():
        assert re.fullmatch(r"SIT\d{3}", code)
        assert entry.title
        assert entry.remedy
        assert entry.exit_code in {2, 3, 4, 5, 6, 7, 8}


def test_every_error_raised_has_a_known_code():
    for path in [*SOURCES, ROOT / "cli.py"]:
        for code in re.findall(r"\"(SIT\d{3})\"", path.read_text(encoding="utf-8")):
            assert code in CODES, (path.name, code)


def test_no_machine_path_nor_registry_is_committed():
    # Built in two halves, so that this file does not hold what it looks for.
    forbidden = re.compile("/" + "work/|/" + "root/|index-" + "url|pypi-" + "more", re.ASCII)
    for path in committed():
        if path.suffix in {".py", ".toml", ".md", ".txt", ".js", ".css", ".html", ".csv"} or (
            path.name in {"Makefile", "run"}
        ):
            found = forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, (path.name, found and found.group())


def test_nothing_raw_or_heavy_is_committed():
    for path in committed():
        assert path.stat().st_size < 4_000_000, path.name
    pack = ROOT / "layers" / "data" / "nouvelle-aquitaine"
    assert sum(p.stat().st_size for p in pack.rglob("*") if p.is_file()) <= 15e6
