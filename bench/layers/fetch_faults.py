"""Every fault of every connector, on loopback: its exit code, and its time against the deadline.

Prints one line a fault (code, worst share of the deadline over the nine connectors), then a resume
and eight processes on one cache. Run: python bench/fetch_faults.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "layers"), str(ROOT / "tests" / "layers" / "fetch"), str(ROOT)]

import simulated  # noqa: E402 - after its path
from loopback import Loopback, serving  # noqa: E402

from layers.fetch.connector_registry import Place  # noqa: E402
from layers.fetch.live_fetch import Fetch, fetch  # noqa: E402
from layers.fetch.official_services import services  # noqa: E402
from layers.packs.data_pack import Pack  # noqa: E402
from layers.words.errors import SitingError  # noqa: E402
from layers.words.territory_paper import Territory  # noqa: E402

DEADLINE_S = 2.0
FAULTS = (
    "html", "xml", "empty", "refused", "half_asked", "loop", "wait", "bomb", "drip", "silent",
)  # fmt: skip
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


def told(service: str, fault: str, place: Place) -> tuple[str, int, float]:
    """Return the error code, the exit code and the seconds of one fault of one service."""
    answer = SERVICES[service]()
    with tempfile.TemporaryDirectory() as folder, serving(Loopback(answer, fault)) as server:
        answer.url = server.url  # type: ignore[attr-defined]
        ask = Fetch(
            names=(service,),
            place=place,
            into=Path(folder) / "lot",
            known={service: services()[service].at(server.url)},
            deadline_s=DEADLINE_S,
            cache=Path(folder) / "cache",
        )
        start = time.perf_counter()
        try:
            fetch(ask, lambda _: None)
        except SitingError as problem:
            written = (Path(folder) / "lot").exists()
            assert not written, (service, fault)
            return problem.code, problem.exit_code, time.perf_counter() - start
    return "aucune faute", 0, time.perf_counter() - start


def main() -> None:
    """Print the table."""
    place = Place(Territory.asked("23"), Pack.open())
    _ = place.rectangle(), place.former_rows("brownfields")
    print(f"délai {DEADLINE_S} s ; part du délai au pire des {len(SERVICES)} connecteurs")
    for fault in FAULTS:
        found = {service: told(service, fault, place) for service in SERVICES}
        codes = sorted({f"{code} ({leave})" for code, leave, _ in found.values()})
        worst = max(found, key=lambda service: found[service][2])
        share = found[worst][2] / DEADLINE_S
        print(f"{fault:<11} {', '.join(codes):<28} {share:5.2f} × le délai ({worst})", flush=True)


if __name__ == "__main__":
    main()
