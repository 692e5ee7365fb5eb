"""Who publishes the page: name, logo and colours from a TOML file; neutral when there is none."""

from __future__ import annotations

import base64
import difflib
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from layers.opening.small_text import read_bytes, read_text, toml_in
from layers.words.errors import SitingError, toml_fr
from layers.words.french import number

HEAVIEST_LOGO_BYTES = 200_000
LEAST_CONTRAST = 4.5
"""Ratio asked of text by WCAG 2.2, criterion 1.4.3."""
KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"<svg": "image/svg+xml",
    b"<?xml": "image/svg+xml",
}


@dataclass(frozen=True)
class Identity:
    """The publisher as the page shows it; every field has a neutral default.

    ``logo`` is a ``data:`` address, ``accent`` and ``retained`` are ``#rrggbb`` colours that stand
    out from white, ``contact`` is where a reader says what the page makes inaccessible.
    """

    organisation: str = ""
    logo: str = ""
    logo_text: str = ""
    accent: str = "#0d4f73"
    retained: str = "#96114f"
    contact: str = ""

    @classmethod
    def read(cls, path: Path | None) -> Identity:
        """Read an identity file; the neutral identity without one.

        Parameters
        ----------
        path : TOML file whose keys are the fields; ``logo`` is a PNG, JPEG or SVG beside it, at
            most ``HEAVIEST_LOGO_BYTES``.

        Returns
        -------
        The identity, its logo as a ``data:`` address.

        Raises
        ------
        SitingError : SIT204 when the file or its logo cannot be read, a key is unknown, a value is
            no text, or a colour is not ``#rrggbb`` with a contrast of ``LEAST_CONTRAST`` on white.
        """
        if path is None:
            return cls()
        entries = _entries(path)
        for key in ("accent", "retained"):
            if key in entries:
                _check_colour(entries[key], key, path)
        if "logo" in entries:
            entries["logo"] = _logo(path.parent / entries["logo"], path)
        return cls(**entries)


def _entries(path: Path) -> dict[str, str]:
    try:
        read: dict[str, Any] = toml_in(read_text(path, "--identity"))
    except SitingError as fault:
        raise _wrong(path, f"fichier d'identité : {fault.message}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _wrong(path, toml_fr(problem)) from None
    known = [field.name for field in fields(Identity)]
    for key, value in read.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"vouliez-vous « {near[0]} » ?" if near else f"clés connues : {', '.join(known)}"
            raise _wrong(path, f"clé inconnue « {key} »", hint)
        if not isinstance(value, str):
            raise _wrong(path, f"« {key} » doit être un texte")
    return {str(key): str(value) for key, value in read.items()}


def _check_colour(colour: str, key: str, path: Path) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise _wrong(path, f"« {key} » doit s'écrire #rrvvbb", "par exemple #0d4f73")
    ratio = contrast(colour, "#ffffff")
    if ratio < LEAST_CONTRAST:
        raise _wrong(
            path,
            f"« {key} » ({colour}) se lit mal sur blanc : contraste de {number(ratio, 1)}",
            "choisissez une couleur plus sombre (4,5 au moins)",
        )


def _logo(source: Path, path: Path) -> str:
    try:
        content = read_bytes(source, "logo", HEAVIEST_LOGO_BYTES)
    except SitingError as fault:
        if fault.code == "SIT109":
            raise _wrong(path, "le logo pèse plus de 200 ko", "réduisez-le") from None
        raise _wrong(path, f"logo illisible : {fault.message}") from None
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise _wrong(path, "le logo n'est ni PNG, ni JPEG, ni SVG")
    if kind == "image/svg+xml" and re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise _wrong(path, "le logo SVG déclare des entités", "réenregistrez-le en SVG simple")
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours (WCAG 2.2, relative luminance).

    Parameters
    ----------
    one, other : colours as ``#rrggbb``, in any order.

    Returns
    -------
    Ratio from 1 (alike) to 21 (black on white).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    levels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _wrong(path: Path, message: str, hint: str | None = None) -> SitingError:
    return SitingError("SIT204", message, where=str(path), hint=hint)
