"""The typeface that every page embeds, and where the assets of pages live."""

from __future__ import annotations

import base64
from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"


def typeface() -> str:
    """Return the style rule that carries the page's own typeface, as every page embeds it.

    Returns
    -------
    One ``@font-face`` rule, the font inside it as base64.
    """
    font = base64.b64encode((ASSETS / "font" / "atlas-sans.woff2").read_bytes()).decode("ascii")
    source = f"url(data:font/woff2;base64,{font}) format('woff2')"
    return f'@font-face {{ font-family: "Atlas Sans"; font-weight: 200 900; src: {source}; }}\n'
