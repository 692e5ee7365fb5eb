"""JSON of a results folder: written in one way, and read without believing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from layers.words.errors import SitingError

# A region's largest document is under a megabyte; and no figure of ours needs more digits.
MOST_BYTES = 100_000_000
MOST_DIGITS = 18


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, real accents and a final newline.

    Parameters
    ----------
    path : in a folder that exists.
    content : plain values.

    Raises
    ------
    ValueError : a NaN or an infinite number, which JSON does not know.
    """
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file of a folder of ours.

    Parameters
    ----------
    path : a file.

    Returns
    -------
    What it holds: no NaN, no infinity, no number of more than 18 digits.

    Raises
    ------
    SitingError : SIT400 when it is absent, is not JSON, or is out of all measure.
    """
    try:
        if not path.is_file():
            raise OSError("il n'y en a pas")
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("plus de 100 Mo")
        text = path.read_text(encoding="utf-8")
        return json.loads(text, parse_constant=_refused, parse_int=_whole)
    except RecursionError:
        why = "des listes emboîtées sans fin"
    except (OSError, ValueError) as problem:
        why = str(problem)
    raise SitingError("SIT400", f"fichier illisible : {why}", where=str(path))


def _refused(word: str) -> float:
    raise ValueError(f"« {word} » n'est pas un nombre")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"un nombre de {len(digits)} chiffres")
    return int(digits)
