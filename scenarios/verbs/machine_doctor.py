"""Is this machine ready? Environment, solver, pack, map assets, in two seconds."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, number

FLOORS = ("siting", "layers", "scenarios", "impacts", "maps", "commands", "cli")
LIBRARIES = ("geopandas", "shapely", "rasterio", "pulp", "highspy", "folium", "xarray", "netCDF4")


def examine(data: Path | None) -> dict[str, Any]:
    """Return each check with its verdict, and whether all is well.

    Parameters
    ----------
    data : folder of the pack; None for the embedded one.

    Returns
    -------
    ``healthy``, ``checks`` (``label_fr``, ``ok``, ``detail_fr``) and ``lines_fr``. A pack that
    cannot be opened is a check that fails, not an error.
    """
    checks = [_python(), *_libraries(), _floors(), _solver(), _pack(data), _cache(), _assets()]
    lines = [f"{'✓' if ok else '✗'} {label} : {detail}" for label, ok, detail in checks]
    return {
        "schema_version": 1,
        "healthy": all(ok for _, ok, _ in checks),
        "checks": [{"label_fr": a, "ok": b, "detail_fr": c} for a, b, c in checks],
        "lines_fr": lines,
    }


Check = tuple[str, bool, str]


def _python() -> Check:
    return "Python", True, platform.python_version()


def _libraries() -> list[Check]:
    found = []
    for name in LIBRARIES:
        try:
            found.append((name, True, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, False, "absent : réinstallez avec « make install »"))
    return found


def _floors() -> Check:
    """Check that each top-level name is ours: they are generic, and a neighbour could take one."""
    home = Path(__file__).resolve().parents[2]
    strangers = []
    for name in FLOORS:
        module = importlib.util.find_spec(name)
        origin = Path(module.origin).resolve() if module and module.origin else None
        if origin is None or home not in origin.parents:
            strangers.append(f"{name} ({origin})")
    detail = f"pris ailleurs : {', '.join(strangers)}" if strangers else "les sept sont les nôtres"
    return "modules", not strangers, detail


def _solver() -> Check:
    """Solve the smallest program there is: max x, x ≤ 1."""
    import highspy

    from siting.solver.highs_process import solver_silent

    with solver_silent():
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        # As every other solve: a process that began with many threads refuses to solve with one.
        solver.setOptionValue("threads", 1)
        x = solver.addVariable(0, 1)
        solver.maximize(x)
        value = solver.variableValue(x)
    return "solveur HiGHS", value == 1.0, f"version {solver.version()}"


def _pack(data: Path | None) -> Check:
    from layers.packs.data_pack import EMBEDDED, Pack

    try:
        pack = Pack.open(data or EMBEDDED)
        problems = pack.verify()
    except SitingError as problem:
        said = f"{problem.message}, {problem.where} ; {problem.hint} [{problem.code}]"
        return "lot de données", False, said
    detail = problems[0].message if problems else f"{pack.folder.name}, empreintes vérifiées"
    return "lot de données", not problems, detail


def _cache() -> Check:
    """Look at the finished steps kept on this machine: what they weigh, and whether they can be."""
    from scenarios.writing.step_cache import StepCache

    folder = StepCache.of_user().folder
    assert folder is not None
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        said = f"{folder} ne peut être écrit : chaque calcul reprendra du début"
        return "étapes gardées", False, said
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return "étapes gardées", True, f"{number(sum(files) / 1e6)}{NO_BREAK}Mo dans {folder}"


def _assets() -> Check:
    from layers.words.errors import SitingError as Fault

    try:
        assets = importlib.import_module("maps").__path__[0]
        count = sum(1 for path in Path(assets, "assets").rglob("*") if path.is_file())
    except (ImportError, Fault) as problem:
        return "ressources de la carte", False, str(problem)
    return "ressources de la carte", count > 0, f"{count} fichiers, aucun réseau requis"
