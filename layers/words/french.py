"""How a figure is written for a French reader: thin spaces, decimal comma, day first."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

NARROW = "\u202f"  # before ; ! ? % and between thousands
NO_BREAK = "\u00a0"  # before : and units, inside « »
MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


UNITS = (
    "MW", "GW", "kW", "MWh", "GWh", "TWh", "kWh", "kV", "m", "km", "m²", "m³", "m³-éq", "ha", "kt",
    "t", "L", "€", "k€", "M€", "°C", "dB", "h", "an", "ans",
)  # fmt: skip
"""Units that stay beside their number when a line is folded; the page's script is given them."""


def number(value: float, digits: int = 0) -> str:
    """Write a number with thin spaces and a decimal comma; no minus zero.

    Parameters
    ----------
    value : a finite number.
    digits : how many decimals are written, zeros included.

    Returns
    -------
    The text, thousands parted by narrow no-break spaces.

    Examples
    --------
    >>> number(12345.678, 1).replace(NARROW, " ")
    '12 345,7'
    >>> number(-0.0001)
    '0'
    """
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace(",", NARROW).replace(".", ",")


def declared(value: float, most: int = 6) -> str:
    """Write a number as it was declared: no digit after the comma that it does not have.

    Parameters
    ----------
    value : a finite number.
    most : how many decimals are written at most.

    Returns
    -------
    The text, as ``number`` writes it, zeros at the end of decimals dropped.

    Examples
    --------
    >>> [declared(v).replace(NARROW, " ") for v in (12.0, 0.5, 1500.0)], declared(0.1234, 2)
    (['12', '0,5', '1 500'], '0,12')
    """
    text = number(value, most)
    return text.rstrip("0").rstrip(",") if "," in text else text


def significant(value: float, figures: int = 3) -> str:
    """Write a number with as many significant figures as it deserves.

    Parameters
    ----------
    value : a number; NaN is written « non évalué ».
    figures : how many significant figures are kept; zeros at the end of decimals are dropped.

    Returns
    -------
    The text, as ``number`` writes it.

    Examples
    --------
    >>> [significant(v).replace(NARROW, " ") for v in (0.01234, 1.5, 12.0, 98765.0)]
    ['0,0123', '1,5', '12', '98 765']
    """
    if value == 0 or value != value:
        return "0" if value == 0 else "non évalué"
    digits = max(0, figures - 1 - int(f"{abs(value):e}".split("e")[1]))
    return declared(value, digits)


def estimate(value: float, figures: int = 3) -> str:
    """Write an estimate: the figures beyond the third are noise, even before the comma.

    Parameters
    ----------
    value : a number; NaN is written « non évalué ».
    figures : figures beyond this one become zeros.

    Returns
    -------
    The text, as ``number`` writes it.

    Examples
    --------
    >>> [estimate(v).replace(NARROW, " ") for v in (6401.8, 373862.0, 26.14, 0.0)]
    ['6 400', '374 000', '26,1', '0']
    """
    return significant(float(f"{value:.{figures - 1}e}"), figures)


def figures_known(value: float, low: float, high: float) -> int:
    """Return how many figures of an estimate are worth writing: two when its doubt is wide.

    The house's one rule of rounding: a third figure says something only when the doubt is no wider
    than what it counts. ``maps/assets/js/words.js`` says the same.

    Parameters
    ----------
    value : the estimate.
    low, high : the ends of its doubt.

    Returns
    -------
    2 or 3.

    Examples
    --------
    >>> figures_known(191.0, 138.0, 294.0), figures_known(4.806, 4.804, 4.809)
    (2, 3)
    """
    if value == 0:
        return 2
    third = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return 2 if high - low > third else 3


def in_sentence(label: str) -> str:
    """Write a label as it stands inside a sentence: no capital, but for an acronym.

    Parameters
    ----------
    label : a label with its capital.

    Returns
    -------
    The label, its first letter small unless its first two are capitals.

    Examples
    --------
    >>> in_sentence("Distance au poste"), in_sentence("ENAF consommé")
    ('distance au poste', 'ENAF consommé')
    """
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def of_place(name: str) -> str:
    """Write « de » before a place name, as its first word asks.

    Parameters
    ----------
    name : a place name in French typography, its article included.

    Returns
    -------
    The name after « de », « d' », « du » or « des ».

    Examples
    --------
    >>> [of_place(name) for name in ("Aytré", "Le Palais-sur-Vienne", "Les Billanges")]
    ["d'Aytré", 'du Palais-sur-Vienne', 'des Billanges']
    >>> [of_place(name) for name in ("Limoges", "La Rochelle", "L'Isle-d'Espagnac", "Élan")]
    ['de Limoges', 'de La Rochelle', "de L'Isle-d'Espagnac", "d'Élan"]
    """
    for article, joined in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return f"d'{name}" if re.match("[AEIOUYÀÂÆÉÈÊËÎÏÔŒÙÛ]", name) else f"de {name}"


def curly(text: str) -> str:
    """Give a text the apostrophes of print.

    Parameters
    ----------
    text : a sentence with straight apostrophes.

    Returns
    -------
    The same, an apostrophe between two letters curved; a quote elsewhere is left.

    Examples
    --------
    >>> curly("l'eau d'Angoulême, 'ici'")
    "l’eau d’Angoulême, 'ici'"
    """
    return re.sub(r"(?<=[^\W\d_])'(?=\w)", "’", text)


def firm(text: str) -> str:
    """Make the spaces of a sentence firm: a sign stays with its word, a unit with its number.

    Parameters
    ----------
    text : a sentence with plain spaces.

    Returns
    -------
    The same signs, no-break and narrow spaces where they belong.

    Examples
    --------
    >>> firm("où : « a » ; pourquoi ? 3 %").replace(NO_BREAK, "_").replace(NARROW, "-")
    'où_: «_a_»-; pourquoi-? 3-%'
    >>> firm("70 à 87 ha, 12 MW en 2036").replace(NO_BREAK, "_")
    '70 à 87_ha, 12_MW en 2036'
    """
    text = re.sub(r"« (?=\S)", f"«{NO_BREAK}", text)
    text = re.sub(r"(?<=\S) (?=[:»])", NO_BREAK, text)
    text = re.sub(r"(?<=\S) (?=[;!?%])", NARROW, text)
    return re.sub(rf"(?<=\d) (?=(?:{'|'.join(UNITS)})(?!\w))", NO_BREAK, text)


def quantity(value: float, unit: str, digits: int = 0) -> str:
    """Write a number and its unit, kept together.

    Parameters
    ----------
    value : a finite number.
    unit : its unit as written; « % » is set closer than the others.
    digits : how many decimals are written.

    Returns
    -------
    The text, which no line break parts.

    Examples
    --------
    >>> quantity(1250, "MW").replace(NARROW, " ").replace(NO_BREAK, " ")
    '1 250 MW'
    """
    space = NARROW if unit == "%" else NO_BREAK
    return f"{number(value, digits)}{space}{unit}"


def day(moment: date) -> str:
    """Write a day.

    Parameters
    ----------
    moment : a day, or an instant whose hour is not written.

    Returns
    -------
    The day as DD/MM/YYYY.

    Examples
    --------
    >>> day(date(2026, 11, 23))
    '23/11/2026'
    """
    return moment.strftime("%d/%m/%Y")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Write a count and its noun, plural from two on.

    Parameters
    ----------
    count : a whole number; below two, in absolute value, the noun is singular.
    noun : the noun, singular.
    nouns : its plural when it is not the noun and an « s ».

    Returns
    -------
    The count and the noun, which no line break parts.

    Examples
    --------
    >>> plural(1, "site").replace(NO_BREAK, " "), plural(3, "site").replace(NO_BREAK, " ")
    ('1 site', '3 sites')
    """
    return f"{number(count)}{NO_BREAK}{noun if abs(count) < 2 else nouns or noun + 's'}"


def listing(items: Iterable[str]) -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    items : words or groups of words, in the order to write them.

    Returns
    -------
    « a, b et c »; an empty text for no item.

    Examples
    --------
    >>> listing(["Vienne", "Landes", "Gironde"])
    'Vienne, Landes et Gironde'
    """
    words = list(items)
    return " et ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def in_short_sentences(head: str, items: Iterable[str], most: int = 30) -> str:
    """Write what a head introduces in sentences that one can read aloud, however many items.

    Parameters
    ----------
    head : what comes before the colon of the first sentence.
    items : words or groups of words; one is never cut. Semicolons part those that hold a comma.
    most : words of a sentence at most, an item longer than that apart.

    Returns
    -------
    One sentence or several; the next ones begin with « Puis ».

    Examples
    --------
    >>> in_short_sentences("Serrent", ["eau", "sol", "bruit"], 7).replace(NO_BREAK, " ")
    'Serrent : eau et sol. Puis : bruit.'
    """
    parts: list[list[str]] = []
    room = 0
    for item in items:
        words = len(item.split()) + 1  # its separator too
        if not parts or words > room:
            parts.append([])
            room = most - (len(head.split()) + 1 if len(parts) == 1 else 2)
        parts[-1].append(item)
        room -= words
    heads = [head, *["Puis"] * (len(parts) - 1)][: len(parts)]  # nothing to say: no sentence
    parted = any("," in item for part in parts for item in part)
    return " ".join(
        f"{head}{NO_BREAK}: {f'{NARROW}; '.join(part) if parted else listing(part)}."
        for head, part in zip(heads, parts, strict=True)
    )
