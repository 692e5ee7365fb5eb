"""What planners open elsewhere: CSV, ODS and GeoPackage, with the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import pyogrio

from layers.errors import SitingError

PLAN_COLUMNS = {
    "site_id": "identifiant",
    "name_fr": "site",
    "commune_code": "code INSEE (COG 2026)",
    "commune_name": "commune",
    "epci_name": "EPCI",
    "departement_code": "département",
    "area_ha": "surface (ha)",
    "status_fr": "statut",
    "quality_fr": "qualité",
    "plu_zone": "zone PLU",
    "enaf_fr": "ENAF",
    "rank": "rang",
    "score_low": "score bas (0–100)",
    "score_high": "score haut (0–100)",
    "design_fr": "refroidissement",
    "yard_name": "poste",
    "yard_distance_km": "ligne (km)",
}


def plan_table(sites: gpd.GeoDataFrame, periods: Sequence[int]) -> pd.DataFrame:
    """Return the retained sites with French headers, largest last-period MW first."""
    last = f"it_mw_{periods[-1]}"
    plan = sites[sites["retained"]].sort_values([last, "site_id"], ascending=[False, True])
    plan = plan.reset_index()
    plan["area_ha"] = (plan["area_m2"] / 1e4).round(2)
    plan["enaf_fr"] = plan["enaf"].map({"no": "0 (zone U ou AU)", "unknown": "non évalué"})
    headers = dict(PLAN_COLUMNS) | {f"it_mw_{y}": f"MW informatiques {y}" for y in periods}
    return pd.DataFrame(plan[list(headers)].rename(columns=headers))


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write « ; », BOM, decimal comma, and no cell that a spreadsheet would run."""
    guarded = table.apply(lambda column: column.map(_guard))
    guarded.to_csv(
        path, sep=";", decimal=",", index=False, encoding="utf-8-sig", lineterminator="\r\n"
    )


def _guard(cell: object) -> object:
    return (
        f"'{cell}"
        if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
        else cell
    )


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)
_ODS_FOOT = "</office:spreadsheet></office:body></office:document-content>"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(sheets: dict[str, pd.DataFrame], path: Path) -> None:
    """Write sheets as OpenDocument, from a fixed template, so that bytes never move."""
    body = "".join(_sheet(name, table) for name, table in sheets.items())
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": _ODS_HEAD + body + _ODS_FOOT,
        "META-INF/manifest.xml": _ODS_MANIFEST,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    path.write_bytes(buffer.getvalue())


def _sheet(name: str, table: pd.DataFrame) -> str:
    rows = [_row([str(column) for column in table.columns])]
    rows += [_row(values) for values in table.itertuples(index=False, name=None)]
    return f'<table:table table:name="{escape(name)}">{"".join(rows)}</table:table>'


def _row(values: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(_cell(value) for value in values)}</table:table-row>"


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value!r}">'
            f"<text:p>{value!r}</text:p></table:table-cell>"
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
    )


def write_geopackage(sites: gpd.GeoDataFrame, path: Path, day: date) -> None:
    """Write retained, candidate and rejected sites for QGIS, styled, stamped with the day given.

    GeoPackage 1.2, because QGIS LTR of public bodies still warns on 1.4.
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day:%Y-%m-%d}T00:00:00.000Z"})
    groups = {
        "sites_retenus": sites[sites["retained"]],
        "sites_candidats": sites[(sites["fate"] == "candidat") & ~sites["retained"]],
        "sites_ecartes": sites[~sites["fate"].isin(["candidat"])],
    }
    try:
        for name, table in groups.items():
            pyogrio.write_dataframe(
                table.reset_index(),
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                geometry_type="Point",
                dataset_options={"VERSION": "1.2"},
            )
        pyogrio.write_dataframe(
            _styles(day),
            path,
            layer="layer_styles",
            driver="GPKG",
            append=True,
            geometry_type=None,
        )
    except pyogrio.errors.DataSourceError as problem:
        raise SitingError(
            "SIT403", f"GeoPackage impossible à écrire : {problem}", where=str(path)
        ) from None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


_COLOURS = {
    "sites_retenus": ("#0b3c5d", 4.0),
    "sites_candidats": ("#d98e04", 2.0),
    "sites_ecartes": ("#9a9a9a", 1.2),
}


def _styles(day: date) -> pd.DataFrame:
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": name.replace("_", " "),
            "styleQML": _qml(colour, size),
            "styleSLD": _sld(name, colour, size),
            "useAsDefault": True,
            "description": "Style par défaut de siting",
            "owner": "",
            "ui": None,
            "update_time": f"{day:%Y-%m-%d}T00:00:00.000Z",
        }
        for name, (colour, size) in _COLOURS.items()
    ]
    return pd.DataFrame(rows)


def _qml(colour: str, size: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.28">'
        '<renderer-v2 type="singleSymbol"><symbols><symbol type="marker" name="0">'
        f'<layer class="SimpleMarker"><Option type="Map"><Option name="color" type="QString" '
        f'value="{red},{green},{blue},255"/><Option name="name" type="QString" value="circle"/>'
        f'<Option name="size" type="QString" value="{size}"/>'
        '<Option name="outline_color" type="QString" value="0,0,0,255"/></Option></layer>'
        "</symbol></symbols></renderer-v2></qgis>"
    )


def _sld(name: str, colour: str, size: float) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld"><NamedLayer>'
        f"<Name>{name}</Name><UserStyle><FeatureTypeStyle><Rule><PointSymbolizer><Graphic><Mark>"
        "<WellKnownName>circle</WellKnownName><Fill>"
        f'<CssParameter name="fill">{colour}</CssParameter></Fill></Mark><Size>{size * 3}</Size>'
        "</Graphic></PointSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer>"
        "</StyledLayerDescriptor>"
    )
