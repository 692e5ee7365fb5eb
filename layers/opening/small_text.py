"""Small texts and pictures that someone hands over: bounded before a byte of them is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from layers.opening.file_inspection import real_path
from layers.words.errors import SitingError

# A scenario, a set of rules, an identity: a few kilobytes. Nobody writes a megabyte by hand.
MOST_BYTES = 1_000_000
MOST_DEPTH = 20
MOST_DIGITS = 18


def read_bytes(path: Path, option: str, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of an ordinary file, refused when it holds more than a bound.

    Parameters
    ----------
    path : as typed; a pipe, a device or a folder is no file.
    option : the option or key that gave it, for the hint.
    most : bytes, at most.

    Returns
    -------
    Its bytes, never more than ``most``, even if the file grows under our eyes.

    Raises
    ------
    SitingError : SIT108 (absent, no ordinary file, unreadable), SIT109 (too heavy).
    """
    real = real_path(str(path), option)
    try:
        with real.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as problem:
        why = f"fichier illisible : {problem.strerror or problem}"
        raise SitingError("SIT108", why, where=str(path), hint="vérifiez vos droits") from None
    if len(content) > most:
        raise SitingError(
            "SIT109",
            f"fichier de plus de {most // 1000} ko",
            where=str(path),
            hint=f"ce qui se donne à {option} tient en quelques pages",
        )
    return content


def read_text(path: Path, option: str, most: int = MOST_BYTES) -> str:
    """Return the text of an ordinary file in UTF-8, its mark of encoding left out.

    Parameters
    ----------
    path : as typed.
    option : the option or key that gave it, for the hint.
    most : bytes, at most.

    Returns
    -------
    The text.

    Raises
    ------
    SitingError : as ``read_bytes``.
    UnicodeDecodeError : when it is not UTF-8, which each reader tells in its own words.
    """
    return read_bytes(path, option, most).decode("utf-8-sig")


def toml_in(text: str) -> dict[str, Any]:
    """Return what a TOML text holds, its tables not nested without end, its numbers of our size.

    Parameters
    ----------
    text : as read.

    Returns
    -------
    Its tables.

    Raises
    ------
    tomllib.TOMLDecodeError : when it is not TOML, or is out of all measure.
    """
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("tables ou listes emboîtées sans fin") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as problem:  # a number of 5,000 digits is a plain ValueError
        raise tomllib.TOMLDecodeError(str(problem)) from None
    _refuse_depth(content)
    return content


def _refuse_depth(content: Any) -> None:
    """Walk without recursion: what would exhaust a walk with it is what is looked for."""
    left = [(content, 0)]
    while left:
        part, depth = left.pop()
        if depth > MOST_DEPTH:
            raise tomllib.TOMLDecodeError("tables ou listes emboîtées sans fin")
        if isinstance(part, dict):
            left += [(value, depth + 1) for value in part.values()]
        elif isinstance(part, list):
            left += [(value, depth + 1) for value in part]
        elif isinstance(part, int) and abs(part) >= 10**MOST_DIGITS:
            raise tomllib.TOMLDecodeError("nombre de plus de 18 chiffres")
