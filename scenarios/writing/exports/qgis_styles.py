"""How each layer looks in QGIS (QML) and elsewhere (SLD): drawn once, told twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from scenarios.writing.exports.column_words import label

Shape = Literal["circle", "square", "triangle", "diamond", "line", "area"]
SHAPES: Mapping[str, str] = {"line": "line", "area": "fill"}


@dataclass(frozen=True)
class Ink:
    """One symbol: fill and outline as ``#rrggbb``, opacity of the fill, hatch for the unknown."""

    fill: str
    outline: str = "#ffffff"
    opacity: float = 1.0
    hatched: bool = False
    width_mm: float = 0.3


@dataclass(frozen=True)
class Look:
    """How a layer is drawn.

    ``classes`` maps a value of ``by`` to its label and ink, drawn in order; without ``by``, the
    only ink is that of « ». ``size_mm`` is the size of a point; ``size_by`` an expression in mm;
    ``label_by`` an expression written beside the feature.
    """

    shape: Shape
    classes: Mapping[str, tuple[str, Ink]]
    by: str = ""
    size_mm: float = 2.0
    size_by: str = ""
    label_by: str = ""
    label_size: float = 8.0


# Okabe and Ito's hues for what is chosen, greys and pale grounds for the rest.
LOOKS: Mapping[str, Look] = {
    "sites_retenus": Look(
        "circle",
        {"": ("Site retenu", Ink("#d55e00", "#3d1b00", 0.85, width_mm=0.4))},
        size_by="3 + 0.9 * sqrt(\"{power}\")",
        label_by="\"commune_name\" || ' · ' || replace(to_string(round(\"{power}\", 1)), '.', ',')"
        " || ' MW'",
        label_size=9.0,
    ),
    "raccordements": Look(
        "line", {"": ("Raccordement (trait droit, pas un tracé)", Ink("#3d1b00", width_mm=0.6))}
    ),
    "sites_candidats": Look(
        "circle", {"": ("Candidat non retenu", Ink("#e69f00", "#5c3f00", 0.9, width_mm=0.15))},
        size_mm=1.8,
    ),
    "sites_ecartes": Look(
        "circle", {"": ("Écarté, fusionné ou inconnu", Ink("#b4b4b4", "#8a8a8a", width_mm=0.1))},
        size_mm=1.1,
    ),
    "postes": Look(
        "square", {"": ("Poste (place : hypothèse)", Ink("#3d5a73", "#ffffff", width_mm=0.1))},
        size_mm=1.3,
    ),
    "reseaux_chaleur": Look(
        "triangle", {"": ("Réseau de chaleur (commune)", Ink("#cc79a7", "#5e2447", width_mm=0.2))},
        size_mm=2.8,
    ),
    "natura2000_centres": Look(
        "diamond",
        {"": ("Natura 2000, centre seulement", Ink("#009e73", "#ffffff", width_mm=0.1))},
        size_mm=1.6,
    ),
    "parcs_reserves": Look(
        "area",
        {
            "parc naturel régional": ("Parc naturel régional", Ink("#cfe6d8", "#009e73", 0.45)),
            "réserve naturelle nationale": ("Réserve naturelle nationale",
                                            Ink("#009e73", "#00543c", 0.6)),
        },
        by="kind_fr",
    ),
    "secteurs_eau": Look(
        "area",
        {
            "oui": ("En ZRE", Ink("#56b4e9", "#4a7fa3", 0.35, width_mm=0.2)),
            "non": ("Hors ZRE", Ink("#fbfaf6", "#4a7fa3", 0.6, width_mm=0.2)),
            "non évalué": ("ZRE non évaluée",
                           Ink("#7b818c", "#4a7fa3", 0.6, hatched=True, width_mm=0.2)),
        },
        by="zre_fr",
    ),
    "departements": Look(
        "area", {"": ("Département", Ink("#fcfbf7", "#55504a", 0.0, width_mm=0.5))}
    ),
    "datacenters_osm": Look(
        "diamond",
        {"": ("Datacenter (© les contributeurs d'OpenStreetMap, ODbL)",
              Ink("#5b3a8c", "#ffffff", width_mm=0.2))},
        size_mm=2.8, label_by='"name"',
    ),
}  # fmt: skip


def qml(look: Look, columns: Sequence[str], power: str) -> str:
    """Return the QGIS style: symbols, labels and French heads of the columns.

    Parameters
    ----------
    look : how the layer is drawn.
    columns : its attributes, in their order in the file.
    power : the column that sizes and labels the retained sites, in IT MW.

    Returns
    -------
    XML of QGIS 3.22.
    """
    inks = list(look.classes.items())
    symbols = "".join(_symbol(k, look, ink, power) for k, (_, (_, ink)) in enumerate(inks))
    categories = "".join(
        f'<category render="true" symbol="{k}" value={quoteattr(value)} label={quoteattr(said)}/>'
        for k, (value, (said, _)) in enumerate(inks)
    )
    kind, attribute, inside = "singleSymbol", "", ""
    if look.by:
        kind, attribute = "categorizedSymbol", f' attr="{look.by}"'
        inside = f"<categories>{categories}</categories>"
    aliases = "".join(
        f'<alias index="{k}" field={quoteattr(name)} name={quoteattr(label(name))}/>'
        for k, name in enumerate(columns)
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
        '<qgis version="3.22" styleCategories="Symbology|Labeling|Fields" '
        f'labelsEnabled="{int(bool(look.label_by))}">'
        f'<renderer-v2 type="{kind}"{attribute} enableorderby="0" forceraster="0" '
        f'symbollevels="0">{inside}<symbols>{symbols}</symbols></renderer-v2>'
        f"{_labels(look, power)}<aliases>{aliases}</aliases></qgis>"
    )


def sld(name: str, look: Look) -> str:
    """Return the OGC style (SLD 1.0.0), for the tools that do not read QML.

    Parameters
    ----------
    name : of the layer.
    look : how it is drawn; hatches and sizes by power have no equivalent there.

    Returns
    -------
    XML on one line.
    """
    rules = "".join(
        f"<Rule><Title>{escape(said)}</Title>{_filter(look.by, value)}{_sld_symbol(look, ink)}"
        "</Rule>"
        for value, (said, ink) in look.classes.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">'
        f"<NamedLayer><Name>{name}</Name><UserStyle><Name>siting</Name><FeatureTypeStyle>{rules}"
        "</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


def _symbol(number: int, look: Look, ink: Ink, power: str) -> str:
    kind = SHAPES.get(look.shape, "marker")
    resize = ""
    if kind == "line":
        layer, options = "SimpleLine", {
            "line_color": _rgba(ink.fill), "line_style": "solid", "line_width": ink.width_mm,
            "line_width_unit": "MM",
        }  # fmt: skip
    elif kind == "fill":
        layer, options = "SimpleFill", {
            "color": _rgba(ink.fill, ink.opacity),
            "style": "b_diagonal" if ink.hatched else ("solid" if ink.opacity else "no"),
            "outline_color": _rgba(ink.outline), "outline_style": "solid",
            "outline_width": ink.width_mm, "outline_width_unit": "MM",
        }  # fmt: skip
    else:
        layer, options = "SimpleMarker", {
            "name": look.shape, "color": _rgba(ink.fill, ink.opacity), "size": look.size_mm,
            "size_unit": "MM", "outline_color": _rgba(ink.outline), "outline_style": "solid",
            "outline_width": ink.width_mm, "outline_width_unit": "MM",
        }  # fmt: skip
        resize = _resize(look.size_by.replace("{power}", power)) if look.size_by else ""
    listed = "".join(
        f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in options.items()
    )
    # QGIS before 3.20 reads « prop », the next ones « Option ».
    older = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in options.items())
    return (
        f'<symbol alpha="1" clip_to_extent="1" name="{number}" type="{kind}">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{listed}'
        f"</Option>{older}{resize}</layer></symbol>"
    )


def _resize(expression: str) -> str:
    return (
        '<data_defined_properties><Option type="Map"><Option name="name" type="QString" value=""/>'
        '<Option name="properties" type="Map"><Option name="size" type="Map">'
        '<Option name="active" type="bool" value="true"/>'
        f'<Option name="expression" type="QString" value={quoteattr(expression)}/>'
        '<Option name="type" type="int" value="3"/></Option></Option>'
        '<Option name="type" type="QString" value="collection"/></Option>'
        "</data_defined_properties>"
    )


def _labels(look: Look, power: str) -> str:
    if not look.label_by:
        return ""
    words = quoteattr(look.label_by.replace("{power}", power))
    return (
        '<labeling type="simple"><settings calloutType="simple">'
        f'<text-style fieldName={words} isExpression="1" fontFamily="Sans" '
        f'fontSize="{look.label_size:g}" fontSizeUnit="Point" namedStyle="Bold" fontWeight="75" '
        'textColor="29,36,48,255" textOpacity="1"><text-buffer bufferDraw="1" bufferSize="0.8" '
        'bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="1"/></text-style>'
        '<placement placement="6" dist="1" distUnits="MM"/>'
        '<rendering drawLabels="1" obstacle="1" displayAll="0"/></settings></labeling>'
    )


def _filter(column: str, value: str) -> str:
    if not column:
        return ""
    return (
        f"<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{column}</ogc:PropertyName>"
        f"<ogc:Literal>{escape(value)}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
    )


def _sld_symbol(look: Look, ink: Ink) -> str:
    # SLD counts in pixels of 0.28 mm, and has no plain hatch: the unknown stays pale there.
    pixels = 1 / 0.28
    stroke = (
        f'<Stroke><CssParameter name="stroke">{ink.outline}</CssParameter>'
        f'<CssParameter name="stroke-width">{ink.width_mm * pixels:.1f}</CssParameter></Stroke>'
    )
    fill = (
        f'<Fill><CssParameter name="fill">{ink.fill}</CssParameter>'
        f'<CssParameter name="fill-opacity">{ink.opacity:g}</CssParameter></Fill>'
    )
    if look.shape == "line":
        return f"<LineSymbolizer>{stroke.replace(ink.outline, ink.fill)}</LineSymbolizer>"
    if look.shape == "area":
        return f"<PolygonSymbolizer>{fill}{stroke}</PolygonSymbolizer>"
    # A diamond is not in SLD's list: a square turned by 45° is.
    turn = "<Rotation>45</Rotation>" if look.shape == "diamond" else ""
    shape = "square" if look.shape == "diamond" else look.shape
    size = (6.0 if look.size_by else look.size_mm) * pixels
    return (
        f"<PointSymbolizer><Graphic><Mark><WellKnownName>{shape}</WellKnownName>{fill}{stroke}"
        f"</Mark><Size>{size:.1f}</Size>{turn}</Graphic></PointSymbolizer>"
    )


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
