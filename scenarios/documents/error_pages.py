"""What each error code means."""

from __future__ import annotations

from typing import Any

from layers.words.errors import CODES, SitingError
from scenarios.question.known_names import advice


def code_table(code: str) -> list[dict[str, Any]]:
    """Return what an error code means, or every code when none is given.

    Parameters
    ----------
    code : « SIT200 » in any case, or an empty text for all.

    Returns
    -------
    ``code``, ``title``, ``remedy`` and ``exit_code``, one row a code.

    Raises
    ------
    SitingError : SIT202 for an unknown code, with the nearest.
    """
    wanted = code.strip().upper()
    if wanted and wanted not in CODES:
        raise SitingError(
            "SIT202",
            f"code inconnu « {code} »{advice(wanted, CODES)}",
            where="explain-error",
            hint="« siting explain-error » seul les liste tous",
        )
    return [
        {"code": name, "title": entry.title, "remedy": entry.remedy, "exit_code": entry.exit_code}
        for name, entry in CODES.items()
        if wanted in ("", name)
    ]


def code_lines(table: list[dict[str, Any]]) -> list[str]:
    """Write error codes for a terminal: three lines for one, one line each for all.

    Parameters
    ----------
    table : from ``code_table``, one row at least.

    Returns
    -------
    French lines.
    """
    if len(table) > 1:
        return [f"{row['code']}  {row['title']}" for row in table]
    (row,) = table
    return [
        f"{row['code']} : {row['title']}",
        f"  piste : {row['remedy']}",
        f"  code de sortie : {row['exit_code']}",
    ]
