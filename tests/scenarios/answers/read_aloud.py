"""Sentences too long to be read aloud, in whatever a person is given to read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

MOST_WORDS = 35
STOP = re.compile(r"(?<=[.!?])[\s\u00a0]+(?=[A-ZÀÂÉÈÎ«0-9+–])|\n+")
ITEM = re.compile(r"[\s\u00a0\u202f]*;\s")
WORD = re.compile(r"\w")
# Lists of « name : value »: a table in one cell, whose items are read one by one.
LISTS = ("threshold_fr", "value_text")
# Papers of a value, held to the same length where they are written: in the dated TOML.
CITED = "reference"
# Inline marks of a page: every other one parts what it stands between.
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|kbd|span|strong|sub|sup|time|var)\b[^>]*>")
HIDDEN = re.compile(r"<(script|style|svg|template)\b.*?</\1>", re.DOTALL)
DATA = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


def too_long(text: str, *, is_list: bool = False) -> list[str]:
    """Return the sentences of a text that hold more than 35 words; signs are none."""
    parts = [
        item for part in STOP.split(text) for item in (ITEM.split(part) if is_list else [part])
    ]
    return [part for part in parts if sum(map(bool, map(WORD.search, part.split()))) > MOST_WORDS]


def in_document(content: Any, key: str = "") -> Iterator[str]:
    """Yield the sentences too long of a document, each with the key it stands under."""
    if isinstance(content, str) and key != CITED and not content.startswith("<svg"):
        yield from (f"{key}: {each}" for each in too_long(content, is_list=key in LISTS))
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from in_document(value, key if name in ("each", "of") else str(name))
    elif isinstance(content, list | tuple):
        for value in content:
            yield from in_document(value, key)


def in_table(path: Path) -> Iterator[str]:
    """Yield the sentences too long of the text columns of a Parquet table."""
    table = parquet.read_table(path)
    for name in table.column_names:
        if "string" in str(table[name].type):
            yield from in_document(list(set(table[name].to_pylist())), name)


def in_page(path: Path) -> Iterator[str]:
    """Yield the sentences too long of a page: what it shows at once, and what its data may show."""
    text = path.read_text(encoding="utf-8")
    for data in DATA.findall(text):
        yield from in_document(json.loads(data))
    shown = INLINE.sub("", HIDDEN.sub(" ", text))
    yield from too_long(html.unescape(re.sub(r"<[^>]+>", "\n", shown)))
