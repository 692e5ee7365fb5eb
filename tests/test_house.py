"""The house holds: our names, complete registries, numbers with papers, small files."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import cli
from layers.words.dated_values import read_parameters
from layers.words.errors import CODES
from scenarios.question.program_settings import SCREENING
from scenarios.verbs import machine_doctor
from siting.program.rule_registry import RULES, catalogue, policy_parameters
from siting.screening.criteria import CRITERIA

ROOT = Path(__file__).parent.parent
HOUSE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLOORS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
# Their files are named after what they hold: water is a rule, a criterion, a quantity, a block.
REGISTRIES = [
    "layers/sources", "layers/fetch/connectors", "siting/screening/criteria",
    "siting/program/rules", "impacts/quantities", "maps/paper/blocks",
]  # fmt: skip


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("pas de dépôt git ici : la liste des fichiers suivis n'est pas connue")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("name", [*FLOORS, "cli"])
def test_our_names_are_our_own_files(name):
    module = import_module(name)
    assert module.__file__ is not None
    assert ROOT in Path(module.__file__).resolve().parents


def test_every_tool_knows_every_floor():
    told = HOUSE["tool"]
    layered, forbidden = (
        [contract for contract in told["importlinter"]["contracts"] if contract["type"] == kind]
        for kind in ("layers", "forbidden")
    )
    told_floors = next(each["layers"] for each in layered if "containers" not in each)
    assert sorted(re.findall(r"\w+", " ".join(told_floors))) == FLOORS
    assert sorted(name for each in layered for name in each.get("containers", [])) == FLOORS
    no_door = next(each for each in forbidden if each["forbidden_modules"] == ["cli"])
    assert sorted(no_door["source_modules"]) == FLOORS
    assert sorted(told["importlinter"]["root_packages"]) == FLOORS
    assert sorted(told["mypy"]["packages"]) == FLOORS
    assert sorted(told["hatch"]["build"]["targets"]["wheel"]["only-include"]) == sorted(
        [*FLOORS, "cli.py"]
    )
    assert sorted(told["ruff"]["lint"]["isort"]["known-first-party"]) == sorted([*FLOORS, "cli"])
    assert set(told["pytest"]["ini_options"]["testpaths"]) == {*FLOORS, "tests"}
    assert sorted(machine_doctor.FLOORS) == sorted([*FLOORS, "cli"])


def test_the_door_is_small():
    assert cli.__file__ is not None
    assert len(Path(cli.__file__).read_text(encoding="utf-8").splitlines()) <= 300


def test_the_top_level_is_the_one_agreed():
    agreed = {
        "siting", "layers", "scenarios", "impacts", "maps", "commands", "cli.py",
        "pyproject.toml", "tests", "README.md", "README.en.md", "CHANGELOG.md", "CONTRIBUTING.md",
        "LICENSE", "SECURITY.md", "Makefile", "constraints.txt", "docs", "bench", ".ci",
        ".gitignore", ".gitattributes",
    }  # fmt: skip
    assert {path.relative_to(ROOT).parts[0] for path in committed()} <= agreed


def test_no_two_rooms_nor_modules_bear_the_same_name():
    seen: dict[str, str] = {}
    registries = [ROOT / name for name in REGISTRIES]
    faces = [path.parent for path in SOURCES if path.stem == "__init__"]
    for path in [*faces, *(path for path in SOURCES if path.stem != "__init__")]:
        if path.parent in registries:
            continue
        assert path.stem not in seen, (path, seen[path.stem])
        seen[path.stem] = str(path)


def test_a_folder_holds_what_one_can_look_over():
    for folder in {path.parent for path in SOURCES} - {ROOT / name for name in REGISTRIES}:
        files = [path for path in SOURCES if path.parent == folder]
        assert len(files) <= 15, (folder, len(files))


def test_a_floor_opens_on_its_face_and_its_story():
    for floor in FLOORS:
        assert len(list((ROOT / floor).glob("*.py"))) <= 2, floor


def test_an_import_that_climbs_between_rooms_is_refused(tmp_path):
    for floor in FLOORS:
        for path in (path for path in SOURCES if path.is_relative_to(ROOT / floor)):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (tmp_path / "cli.py").write_bytes((ROOT / "cli.py").read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    contracts = HOUSE["tool"]["importlinter"]["contracts"]
    orders = [c for c in contracts if c.get("containers", [""])[0] in FLOORS]
    assert sorted(c["containers"][0] for c in orders) == sorted(FLOORS)
    for order in orders:
        floor, ground = order["containers"][0], order["layers"][-1]
        top = order["layers"][0].partition(" | ")[0]
        face = tmp_path / floor / ground / "__init__.py"
        with face.open("a", encoding="utf-8") as written:
            written.write(f"import {floor}.{top}\n")
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    for order in orders:
        assert re.search(rf"{re.escape(order['name'])}\s+BROKEN", told.stdout), told.stdout


def test_the_architecture_page_names_files_that_exist():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", text)
    assert named
    for name in named:
        assert any((ROOT / place / name).exists() for place in ("", *FLOORS)), name


def test_no_package_hides_a_floor_from_the_tests():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def said(text: str) -> int:
    """Count the lines of docstrings: what a file says of itself does not make it long."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    lines = 0
    for node in (node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)):
        if ast.get_docstring(node):
            lines += (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_one_thing(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) - said(text) <= 300
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


def test_every_rule_has_its_papers_and_their_numbers_have_no_hole():
    ids = sorted([rule.id for rule in RULES.values()] + [entry.id for entry in catalogue()])
    assert ids == [f"C{i:02}" for i in range(1, len(ids) + 1)]
    for rule in RULES.values():
        assert rule.label_fr
        assert rule.unit
        assert rule.inequality
        assert rule.scope in set("LSNCTU")


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


# What registers a function already tells what it takes: its decorator does.
TOLD_ELSEWHERE = {
    "rule", "criterion", "impact", "block", "layer", "connector", "fact", "unknown", "plant",
    "technology", "property", "overload", "cached_property",
}  # fmt: skip


def silent_about(node: ast.FunctionDef) -> list[str]:
    """Name what a public function takes, gives or raises without saying so."""
    said = ast.get_docstring(node) or ""
    taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = [each.arg for each in taken if each.arg not in {"self", "cls"}]
    told = said.partition("Parameters\n---")[2]
    silent = [name for name in names if name not in told]
    if any(isinstance(each, ast.Raise) for each in ast.walk(node)) and "Raises\n---" not in said:
        silent.append("raise")
    gives = node.returns is not None and ast.unparse(node.returns) != "None"
    if gives and "Returns\n---" not in said and "Yields\n---" not in said:
        silent.append("return")
    return silent


def public_functions(body: list[ast.stmt]) -> list[ast.FunctionDef]:
    found = []
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            by = {
                ast.unparse(each).partition("(")[0].rpartition(".")[2]
                for each in node.decorator_list
            }
            found += [] if by & TOLD_ELSEWHERE else [node]
    return found


@pytest.mark.parametrize("floor", [name for name in FLOORS if name != "commands"])
def test_a_public_function_says_what_it_takes_gives_and_raises(floor):
    silent = [
        (str(path.relative_to(ROOT)), node.name, lacking)
        for path in SOURCES
        if path.is_relative_to(ROOT / floor)
        for node in public_functions(ast.parse(path.read_text(encoding="utf-8")).body)
        if (lacking := silent_about(node))
    ]
    assert silent == []
