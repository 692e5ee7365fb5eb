"""Each connector lands what its service gives, and refuses every trap with its code and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import simulated
from loopback import Loopback, serving

from layers.fetch.connector_registry import Place
from layers.fetch.live_fetch import Fetch, FetchReport, fetch
from layers.fetch.official_services import services
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory

SERVICES = {
    "cartofriches": simulated.cartofriches,
    "conso-enaf": simulated.conso_enaf,
    "france-chaleur-urbaine": simulated.france_chaleur_urbaine,
    "geoplateforme": simulated.geoplateforme,
    "georisques": simulated.georisques,
    "hubeau": simulated.hubeau,
    "meteo-france": simulated.meteo_france,
    "odre": simulated.odre,
    "vigieau": simulated.vigieau,
}
# The nature the village has; the other types of the service have no object there.
NATURE = ("natura2000_polygons",)

# Rows each service gives the village, product by product.
ROWS = {
    "cartofriches": [3],
    "conso-enaf": [4],
    "france-chaleur-urbaine": [600],
    "geoplateforme": [3, 1],
    "georisques": [4, 4, 4, 4],
    "hubeau": [20],
    "meteo-france": [14_608],
    "odre": [3, 1, 1],
    "vigieau": [1, 4],
}

Brings = Callable[..., FetchReport]


@pytest.fixture
def brings(tmp_path: Path, village_pack: Pack, village: Territory) -> Brings:
    def bring(service: str, trap: str = "", fault: str = "", **how: Any) -> FetchReport:
        answer = SERVICES[service](trap)
        names = NATURE if service == "geoplateforme" else (service,)
        with serving(Loopback(answer, fault, cut_at=150)) as server:
            answer.url = server.url  # type: ignore[attr-defined]
            ask = Fetch(
                names=how.pop("names", names),
                place=Place(village, how.pop("pack", village_pack)),
                into=tmp_path / "lot",
                known={**services(), service: services()[service].at(server.url)},
                cache=how.pop("cache", tmp_path / "cache"),
                **{"deadline_s": 20.0, **how},
            )
            return fetch(ask, lambda _: None)

    return bring


def table_of(report: FetchReport, layer: str) -> pd.DataFrame:
    pack = Pack.open(report.folder)
    assert pack.verify() == []
    assert pack.entry(layer).state == "fetched"
    return pack.table(layer)


def test_cartofriches_comes_with_outlines_and_without_owners(brings: Brings) -> None:
    report = brings("cartofriches")
    sites = table_of(report, "brownfields").set_index("site_id")
    assert sites.index.tolist() == ["33001_1", "33002_1", "33003_3"]
    assert sites["site_surface_m2"].tolist() == [20_000.0] * 3
    assert sites.loc["33003_3", "plu_zone"] == "AU"
    outlines = table_of(report, "brownfield_outlines").set_index("site_id")
    assert outlines.index.tolist() == ["33001_1", "33002_1"]
    assert outlines.area.tolist() == pytest.approx([20_000.0] * 2, rel=1e-3)
    for path in report.folder.rglob("*"):
        assert not path.is_file() or b"DUPONT" not in path.read_bytes(), path


def test_geoplateforme_pages_through_a_silent_cap(brings: Brings) -> None:
    report = brings("geoplateforme")
    zones = table_of(report, "natura2000_polygons")
    assert sorted(zones["name"]) == ["Coteaux", "Marais", "Tourbière", "Étangs"]
    assert zones.area.tolist() == pytest.approx([160_000.0] * 4)
    entry = Pack.open(report.folder).entry("natura2000_polygons")
    assert entry.complete_in == ("33",)
    assert "non vérifié en direct" in entry.caveat_fr


def test_odre_updates_yards_from_positions_the_pack_kept(brings: Brings) -> None:
    report = brings("odre")
    yards = table_of(report, "yards").set_index("yard_id")
    assert yards.loc["HAUT", "max_voltage_kv"] == 400
    assert "LOIN" not in yards.index
    assert table_of(report, "hv_lines").length.sum() == pytest.approx(6000, rel=1e-3)


def test_georisques_keeps_no_name_of_an_operator(brings: Brings) -> None:
    report = brings("georisques")
    assert table_of(report, "seveso")["zone_id"].tolist() == [f"00{c}" for c in simulated.CODES]
    assert len(table_of(report, "casias")) == 4
    assert len(table_of(report, "soil_sectors")) == 4
    risks = table_of(report, "commune_risks").set_index("commune_code")["risks_fr"]
    assert risks.to_dict() == dict.fromkeys(simulated.CODES, "Inondation")
    for path in report.folder.rglob("*"):
        assert not path.is_file() or b"DUPONT" not in path.read_bytes(), path


def test_hubeau_reads_pages_that_come_under_206(brings: Brings) -> None:
    table = table_of(brings("hubeau"), "withdrawals")
    assert len(table) == 4 * 5
    assert table["volume_m3"].sum() == pytest.approx(20 * 1000.5)
    assert set(table["commune_code"]) == set(simulated.CODES)


def test_vigieau_gives_zones_in_force_and_days_by_commune(brings: Brings) -> None:
    report = brings("vigieau")
    assert table_of(report, "drought_zones")["level"].tolist() == ["alerte"]
    days = table_of(report, "drought_orders").set_index("commune_code")["restricted_days"]
    assert days.to_dict() == {"33001": 2.0, "33002": 0.0, "33003": 2.0, "33333": 2.0}


def test_france_chaleur_urbaine_opens_its_archive(brings: Brings) -> None:
    traces = table_of(brings("france-chaleur-urbaine"), "heat_network_traces")
    assert len(traces) == 600
    assert traces["renewable_share_pct"].unique().tolist() == [62.5]


def test_conso_enaf_keeps_the_communes_of_the_territory(brings: Brings) -> None:
    table = table_of(brings("conso-enaf"), "enaf_by_commune")
    assert table["commune_code"].tolist() == list(simulated.CODES)
    assert table["enaf_2011_2021_m2"].tolist() == [1000.0] * 4


def test_meteo_france_fills_the_weather_cube(brings: Brings) -> None:
    report = brings("meteo-france")
    pack = Pack.open(report.folder)
    cube = pack.weather()
    assert cube["station"].to_numpy().tolist() == ["07510"]
    assert float(cube["dry_bulb"].mean()) == pytest.approx(286.0 - 273.15, abs=0.1)
    assert pack.entry("weather").state == "fetched"


TRAPS = [
    ("cartofriches", "half", "SIT112", "1 ligne reçue"),
    ("cartofriches", "lying total", "SIT112", "8 annoncées"),
    ("cartofriches", "empty departement", "SIT112", "aucune friche dans le département 33"),
    ("cartofriches", "renamed", "SIT101", "site_statut"),
    ("geoplateforme", "half", "SIT112", "2 lignes reçues, 3 annoncées"),
    ("geoplateforme", "lying total", "SIT112", "4 annoncées"),
    ("geoplateforme", "same page", "SIT112", "distinctes|reçues"),
    ("geoplateforme", "swapped", "SIT112", "aucun objet dans le rectangle"),
    ("geoplateforme", "renamed type", "SIT111", "noms proches : patrinat_sic2:sic"),
    ("geoplateforme", "gone", "SIT112", "aucun objet dans le rectangle"),
    ("geoplateforme", "renamed", "SIT101", "nom_site"),
    ("geoplateforme", "new crs", "SIT102", "EPSG::4326, EPSG:2154 demandé"),
    ("geoplateforme", "elsewhere", "SIT102", "hors du rectangle"),
    ("odre", "half", "SIT112", "1 ligne reçue, 3 annoncées"),
    ("odre", "lying total", "SIT112", "7 annoncées"),
    ("odre", "new crs", "SIT102", "coordonnées"),
    ("odre", "renamed", "SIT101", "tension"),
    ("georisques", "half", "SIT112", "annoncées"),
    ("georisques", "lying total", "SIT112", "7 annoncées"),
    ("georisques", "empty", "SIT112", "aucune ligne dans tout le territoire"),
    ("georisques", "new crs", "SIT102", "coordonnées"),
    ("georisques", "renamed", "SIT101", "codeAIOT"),
    ("hubeau", "half", "SIT112", "annoncées"),
    ("hubeau", "lying total", "SIT112", "5 annoncées"),
    ("hubeau", "too deep", "SIT112", "trop pour le service"),
    ("hubeau", "empty", "SIT112", "aucun volume"),
    ("hubeau", "renamed", "SIT101", "volume"),
    ("vigieau", "half", "SIT112", "1 ligne reçue, 8 annoncées"),
    ("vigieau", "wrong checksum", "SIT112", "empreinte"),
    ("vigieau", "new crs", "SIT102", "coordonnées"),
    ("vigieau", "renamed", "SIT101", "niveauGravite"),
    ("vigieau", "renamed history", "SIT101", "date"),
    ("france-chaleur-urbaine", "half", "SIT112", "octets reçus"),
    ("france-chaleur-urbaine", "wrong checksum", "SIT112", "empreinte"),
    ("france-chaleur-urbaine", "gone", "SIT111", "plus dans le jeu"),
    ("france-chaleur-urbaine", "few", "SIT112", "10 réseaux dans l'archive"),
    ("france-chaleur-urbaine", "no member", "SIT111", "archive illisible"),
    ("france-chaleur-urbaine", "bomb", "SIT111", "archive illisible"),
    ("france-chaleur-urbaine", "new crs", "SIT102", "coordonnées"),
    ("france-chaleur-urbaine", "renamed", "SIT101", "Identifiant reseau"),
    ("conso-enaf", "half", "SIT112", "octets reçus"),
    ("conso-enaf", "half rows", "SIT112", "2 communes du territoire absentes, sur 4"),
    ("conso-enaf", "wrong checksum", "SIT112", "empreinte"),
    ("conso-enaf", "gone", "SIT111", "plus dans le jeu"),
    ("conso-enaf", "renamed", "SIT101", "idcom"),
    ("meteo-france", "missing year", "SIT112", "2017"),
    ("meteo-france", "half rows", "SIT112", "assez complète"),
    ("meteo-france", "renamed", "SIT101", "td"),
    ("meteo-france", "wrong checksum", "SIT112", "empreinte"),
]


@pytest.mark.parametrize(("service", "trap", "code", "words"), TRAPS)
def test_a_trap_is_refused_and_nothing_is_written(
    service: str, trap: str, code: str, words: str, brings: Brings, tmp_path: Path
) -> None:
    with pytest.raises(SitingError) as refusal:
        brings(service, trap)
    said = str(refusal.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert re.search(words, said), said
    assert refusal.value.code == code
    assert not (tmp_path / "lot").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


@pytest.mark.parametrize("service", sorted(SERVICES))
@pytest.mark.parametrize(("fault", "code"), [("html", "SIT111"), ("loop", "SIT110")])
def test_no_connector_believes_a_page_of_excuses(
    service: str, fault: str, code: str, brings: Brings, tmp_path: Path
) -> None:
    with pytest.raises(SitingError) as refusal:
        brings(service, fault=fault)
    assert (refusal.value.code, refusal.value.exit_code) == (code, 4)
    assert not (tmp_path / "lot").exists()


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_cut_and_a_busy_answer_change_nothing_to_what_comes_home(
    service: str, brings: Brings
) -> None:
    report = brings(service, fault="cut+busy+cut")
    assert [arrival.landed.rows for arrival in report.arrivals] == ROWS[service]


def test_swapped_axes_are_named(brings: Brings) -> None:
    with pytest.raises(SitingError) as refusal:
        brings("geoplateforme", "swapped")
    assert "ordre des axes" in refusal.value.hint


def test_what_was_refused_is_not_kept_in_the_cache(brings: Brings) -> None:
    with pytest.raises(SitingError):
        brings("odre", "half")
    assert len(table_of(brings("odre"), "yards")) >= 1
