"""Print what every measure is read with (machine, versions, day), and whether a number is held.

Run alone, it prints the first; other scripts of the folder call ``verdict``.
"""

from __future__ import annotations

import os
import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

READ_WITH = (
    "siting", "numba", "numpy", "shapely", "rasterio", "geopandas", "atlite", "exactextract",
    "pulp", "highspy", "dask",
)  # fmt: skip


def described() -> str:
    """Return the machine, the day, its load, and the versions of what is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    now = datetime.now().astimezone()
    return (
        f"{now:%d/%m/%Y %H:%M}, {_processor()}, {os.cpu_count()} cœurs, {memory:.0f} Gio, "
        f"charge {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n"
        + ", ".join(f"{name} {_version(name)}" for name in READ_WITH)
    )


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if not listed.is_file():
        return platform.machine()
    name = listed.read_text(encoding="utf-8").partition("model name")[2]
    return name.partition(":")[2].partition("\n")[0].strip() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def verdict(
    what: str, found: float, unit: str, most: float | None = None, least: float | None = None
) -> None:
    """Print what was asked of a number, what was measured, and whether it was held.

    >>> verdict("une distance changée", 0.25, "s", most=0.3)
    une distance changée : demandé ≤ 0,3 s ; mesuré 0,25 s ; tenu
    """
    bound, sign = (most, "≤") if most is not None else (least, "≥")
    held = found <= most if most is not None else found >= float(least or 0.0)
    said = f"{found:.0f}" if found >= 100 else f"{found:.3g}"
    text = f"{what} : demandé {sign} {bound:g} {unit} ; mesuré {said} {unit} ; "
    print(text.replace(".", ",").replace("  ", " ") + ("tenu" if held else "NON TENU"), flush=True)


if __name__ == "__main__":
    print(described())
