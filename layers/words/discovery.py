"""A registry fills itself: every module of its folder is imported, in the order of names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable


def import_all(package: str, folders: Iterable[str]) -> None:
    """Import every module of a package, so that what each one registers is known.

    Parameters
    ----------
    package : the package's name, its ``__name__``.
    folders : where its modules lie, its ``__path__``.
    """
    for found in sorted(pkgutil.iter_modules(folders), key=lambda module: module.name):
        importlib.import_module(f"{package}.{found.name}")
