"""Open plan.gpkg in QGIS with the styles it carries, and draw it with its legend.

QGIS brings its own Python: « /usr/bin/python3 bench/qgis_open.py EXPORT image.png ». Run without
it, or without an export, the script says so and stops: QGIS is not a requirement.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ORDER = (
    "sites_retenus", "raccordements", "osm", "reseaux_chaleur", "sites_candidats", "postes",
    "natura2000_centres", "sites_ecartes", "departements", "parcs_reserves", "secteurs_eau",
)  # fmt: skip


def main() -> None:
    """Check that every layer is styled by default, then write the picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        import qgis.core as q
        from qgis.PyQt.QtCore import QRectF
        from qgis.PyQt.QtGui import QColor, QFont
    except ImportError:
        print("PyQGIS absent : rien à vérifier (apt-get install qgis python3-qgis)")
        return
    if len(sys.argv) < 3:
        print("usage : /usr/bin/python3 bench/qgis_open.py DOSSIER-export image.png")
        return
    folder, picture = Path(sys.argv[1]), Path(sys.argv[2])
    app = q.QgsApplication([], False)
    app.initQgis()
    project = q.QgsProject.instance()
    layers = []
    for name in ORDER:
        file, inside = ("osm.gpkg", "datacenters_osm") if name == "osm" else ("plan.gpkg", name)
        layer = q.QgsVectorLayer(f"{folder / file}|layername={inside}", inside, "ogr")
        inks = [symbol.color().name() for symbol in layer.renderer().symbols(q.QgsRenderContext())]
        print(f"{inside:<20} {layer.featureCount():>5} {layer.crs().authid()} "
              f"{layer.renderer().type()} {' '.join(inks)}")  # fmt: skip
        layer.setName(inside.replace("_", " "))
        layers.append(layer)
    project.addMapLayers(layers)
    layout = q.QgsPrintLayout(project)
    layout.initializeDefaults()
    drawn = q.QgsLayoutItemMap(layout)
    drawn.attemptSetSceneRect(QRectF(4, 12, 205, 194))
    drawn.setLayers(layers)
    drawn.setBackgroundColor(QColor("#dbe7ee"))
    extent = layers[ORDER.index("departements")].extent()
    extent.scale(1.04)
    drawn.zoomToExtent(extent)
    legend = q.QgsLayoutItemLegend(layout)
    legend.setLinkedMap(drawn)
    legend.attemptSetSceneRect(QRectF(213, 12, 80, 150))
    for style in (q.QgsLegendStyle.Title, q.QgsLegendStyle.Subgroup, q.QgsLegendStyle.SymbolLabel):
        legend.setStyleFont(style, QFont("DejaVu Sans", 8))
    title = q.QgsLayoutItemLabel(layout)
    title.setText("plan.gpkg et osm.gpkg (© les contributeurs d'OpenStreetMap, ODbL)")
    title.setFont(QFont("DejaVu Sans", 10))
    title.attemptSetSceneRect(QRectF(4, 2, 200, 9))
    for item in (drawn, legend, title):
        layout.addLayoutItem(item)
    settings = q.QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 110
    q.QgsLayoutExporter(layout).exportToImage(str(picture), settings)
    print(f"QGIS {q.Qgis.QGIS_VERSION} : {picture}")
    app.exitQgis()


if __name__ == "__main__":
    main()
