"""One command brings the live evidence: asked, landed, counted, merged — whole or not at all."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from layers.fetch import connectors
from layers.fetch.connector_registry import CONNECTORS, Errand, Place
from layers.fetch.download_cache import Store
from layers.fetch.fetch_manifest import (
    FILE,
    Arrival,
    manifest_of,
    read_manifest,
    refuse_fewer_than_last,
)
from layers.fetch.official_services import Product, Service, asked, services
from layers.fetch.pack_merge import merge
from layers.fetch.transfer.transport import Courier, Tell
from layers.packs.data_pack import EMBEDDED, Pack
from layers.packs.pack_building import BuildReport
from layers.packs.pack_swap import refuse_foreign_folder, staging_beside, swap_in, unwritten
from layers.words.errors import SitingError
from layers.words.french import listing, number, plural
from layers.words.territory_paper import Territory

__all__ = ["Fetch", "asked_for", "connectors", "fetch"]


@dataclass(frozen=True)
class Fetch:
    """What is asked for: products, place, where to write, and how to behave."""

    names: tuple[str, ...]
    place: Place
    into: Path
    known: Mapping[str, Service]
    offline: bool = False
    refresh: bool = False
    deadline_s: float | None = None
    allow_fewer: tuple[str, ...] = ()
    cache: Path = field(default_factory=lambda: platformdirs.user_cache_path("siting") / "fetch")

    @property
    def products(self) -> list[Product]:
        """Return the products asked for, service by service."""
        return asked(self.names, self.known)


@dataclass(frozen=True)
class FetchReport:
    """What a fetch brought, and the pack it wrote."""

    folder: Path
    arrivals: tuple[Arrival, ...]
    build: BuildReport
    known: Mapping[str, Service]

    def lines_fr(self) -> list[str]:
        """Write the report for a terminal.

        Returns
        -------
        Lines in French; the last one is the folder.
        """
        lines = []
        for arrival in self.arrivals:
            cached = sum(received.from_cache for _, received in arrival.answers)
            size = sum(received.bytes for _, received in arrival.answers)
            said = "" if arrival.landed.announced is None else " (autant qu'annoncé)"
            held = f", dont {cached} du cache" if cached else ""
            lines.append(
                f"{arrival.product.label_fr} : {plural(arrival.landed.rows, 'ligne')}{said}, "
                f"{plural(len(arrival.answers), 'réponse')}{held}, {number(size / 1e6, 1)} Mo"
            )
            lines.extend(f"    {note}" for note in arrival.notes_fr)
        lines += [f"  {line.text_fr}" for line in self.build.lines if line.rows]
        fetched = [e.title for e in self.build.catalogue.values() if e.state == "fetched"]
        return [
            *lines,
            f"couches téléchargées du lot : {listing(sorted(fetched))}",
            f"pour voir ce qui change : siting run --data {self.folder}",
            str(self.folder),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the report as one document.

        Returns
        -------
        The build's document, the folder, and the manifest's products.
        """
        return {
            **self.build.to_json(),
            "folder": str(self.folder),
            "products": read_manifest(self.folder)["products"],
        }


def diverted(known: Mapping[str, Service], addresses: Sequence[str]) -> dict[str, Service]:
    """Return the services, some at another address.

    Parameters
    ----------
    known : services by name.
    addresses : « geoplateforme=http://… », one a service.

    Returns
    -------
    All the services by name; those given are marked ``diverted``.

    Raises
    ------
    SitingError : SIT202 for an unknown service, or an address that is not http or https.
    """
    chosen = dict(known)
    for text in addresses:
        name, _, url = text.partition("=")
        if name not in chosen or not url.startswith(("http://", "https://")):
            hint = f"écrivez NOM=URL ; services connus : {', '.join(sorted(chosen))}"
            raise SitingError(
                "SIT202", f"adresse refusée « {text} »", where="--base-url", hint=hint
            )
        chosen[name] = chosen[name].at(url)
    return chosen


def base_pack(data: Path | None, into: Path, *, ours: bool = True) -> Pack:
    """Return the pack to complete: the one given, else the one already there, else ours.

    Parameters
    ----------
    data : the folder of the pack given, or None.
    into : where the new pack is to be written.
    ours : whether the embedded pack is of the territory asked; another region's is no base.

    Returns
    -------
    The pack; only its catalogue is read.

    Raises
    ------
    SitingError : SIT103 when ``data`` has no catalogue, SIT100 when it is malformed, SIT107 when
        the territory has no pack yet.
    """
    if data is None and (into / "catalogue.toml").is_file():
        return Pack.open(into)
    if data is None and not ours:
        raise SitingError(
            "SIT107",
            "ce territoire n'a pas encore de lot à compléter",
            where=str(into),
            hint="construisez-le d'abord avec « siting layers build --papers DOSSIER "
            "--from EXPORTS », puis donnez-le avec --data",
        )
    return Pack.open(data or EMBEDDED)


def fetch(ask: Fetch, tell: Tell) -> FetchReport:
    """Fetch and write a pack; a fault of one service leaves the former pack untouched.

    Parameters
    ----------
    ask : what is asked for, and where the pack is written.
    tell : receives each line of progress.

    Returns
    -------
    What came, and the pack written. What came before a fault stays in the cache, for the next try.

    Raises
    ------
    SitingError : SIT101, SIT110–SIT113 (services: the first fault, the others in its hint), SIT403
        and SIT404 (the pack's folder), and what a build raises.
    """
    products = ask.products
    refuse_foreign_folder(ask.into)
    aside = staging_beside(ask.into)
    try:
        _keep_exports(ask.place.pack.folder, aside)
        arrivals = _collect_all(ask, products, aside / "exports", tell)
        report = merge(
            ask.place.pack, aside, ask.place.territory, arrivals, ask.known, ask.allow_fewer
        )
        former = read_manifest(ask.place.pack.folder)
        content = manifest_of(arrivals, ask.known, ask.place.territory, aside / "exports", former)
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (aside / FILE).write_text(text, encoding="utf-8")
        swap_in(aside, ask.into)
    except OSError as problem:
        raise unwritten(problem, ask.into) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    report.folder = ask.into
    return FetchReport(ask.into, tuple(arrivals), report, ask.known)


def _keep_exports(base: Path, aside: Path) -> None:
    if (base / "exports").is_dir():
        shutil.copytree(base / "exports", aside / "exports")
    (aside / "exports").mkdir(exist_ok=True)


def _collect_all(
    ask: Fetch, products: Sequence[Product], exports: Path, tell: Tell
) -> list[Arrival]:
    """Land every product; every service is tried, so that all faults are told together."""
    arrivals: list[Arrival] = []
    faults: list[SitingError] = []
    end = time.monotonic() + ask.deadline_s if ask.deadline_s is not None else None
    for name in dict.fromkeys(product.service for product in products):
        mine = [product for product in products if product.service == name]
        left = None if end is None else max(0.01, end - time.monotonic())
        try:
            arrivals += _collect(ask, ask.known[name], mine, exports, left, tell)
        except SitingError as fault:
            tell(str(fault))
            faults.append(fault)
    if faults:
        raise _together(faults)
    return arrivals


def _collect(
    ask: Fetch,
    service: Service,
    products: Sequence[Product],
    exports: Path,
    left: float | None,
    tell: Tell,
) -> list[Arrival]:
    former = read_manifest(ask.into)
    arrivals = []
    with Courier(
        service,
        Store(ask.cache),
        tell,
        offline=ask.offline,
        deadline_s=left,
        refresh=ask.refresh,
    ) as courier:
        for product in products:
            tell(f"{service.label_fr} : {product.label_fr}")
            before = len(courier.journal)
            errand = Errand(product, service, ask.place, exports, courier.get, courier.forget)
            _forget_former(errand)
            landed = CONNECTORS[service.name].collect(errand)
            arrival = Arrival(product, landed, tuple(courier.journal[before:]))
            if not {product.name, *product.layers} & set(ask.allow_fewer):
                refuse_fewer_than_last(arrival, service, ask.place.territory, former)
            arrivals.append(arrival)
    return arrivals


def _forget_former(errand: Errand) -> None:
    """Drop the former export of a product; the two weathers share one, which grows."""
    if not errand.product.only_when_named:
        errand.path.unlink(missing_ok=True)


def _together(faults: Sequence[SitingError]) -> SitingError:
    """Return the first fault, naming the others: nothing was written."""
    first = faults[0]
    if len(faults) == 1:
        return first
    others = [f"[{fault.code}] {fault.message}" for fault in faults[1:4]]
    more = len(faults) - 1 - len(others)
    told = " ; ".join(others) + (f" ; et {more} autres" if more else "")
    return SitingError(
        first.code, first.message, where=first.where, hint=f"{first.hint} ; aussi : {told}"
    )


def asked_for(
    territory: str | Territory,
    into: Path | None,
    data: Path | None,
    *,
    names: tuple[str, ...] = (),
    addresses: Sequence[str] = (),
    cache: Path | None = None,
    **how: Any,
) -> Fetch:
    """Return what the command line asks for; nothing is asked yet.

    Parameters
    ----------
    territory : a territory, or its name, or codes of départements parted by commas.
    into : where to write; None for « lots/TERRITORY ».
    data : the pack to complete; None for the one already there, else ours.
    names : services, products or layers; none for all the usual ones.
    addresses : « service=URL », other addresses to ask.
    cache : where answers are kept; None for the user's own.
    **how : other fields of ``Fetch``: offline, refresh, deadline_s, allow_fewer.

    Returns
    -------
    A question that ``fetch`` or ``forecast`` takes.

    Raises
    ------
    SitingError : SIT202 for an unknown territory or name, SIT103 when ``data`` is no pack.
    """
    place = Territory.asked(territory) if isinstance(territory, str) else territory
    out = into or Path("lots") / place.name
    if cache is not None:
        how["cache"] = cache
    ask = Fetch(
        names=names,
        place=Place(place, base_pack(data, out, ours=place.shipped)),
        into=out,
        known=diverted(services(), addresses),
        **how,
    )
    _ = ask.products  # a wrong name is told before anything is asked
    return ask
