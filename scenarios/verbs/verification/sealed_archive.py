"""« siting seal » : a run in one archive, to be signed, carried and replayed elsewhere."""

from __future__ import annotations

import importlib.metadata
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from layers.opening.formats.archive_members import unfolded
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from layers.words.file_hashes import sha256_of
from scenarios.storage.folder_shape import files_of
from scenarios.storage.results import DESCRIPTOR, SCHEMA_VERSION, Results, poured

SUFFIX = ".siting.zip"
RESULTS, PACK, PINS, SHEET = "resultats", "lot", "constraints.txt", "archive.json"
# The oldest day that a zip can write: an archive says nothing of when it was made.
NO_DAY = (1980, 1, 1, 0, 0, 0)


def seal(folder: Path, into: Path, pack: Pack) -> dict[str, Any]:
    """Write a results folder, its pack when it is not the embedded one, and the libraries used.

    Parameters
    ----------
    folder : a run's folder.
    into : the archive to write.
    pack : the layers it rests on.

    Returns
    -------
    ``archive``, ``sha256``, ``files``, ``pack`` (fingerprint), ``lines_fr``.

    Raises
    ------
    SitingError : SIT400 and SIT401 for a folder that does not hold, SIT104 when the pack is not the
        folder's, SIT403 and SIT404 when the archive cannot be written.
    """
    results = Results.read(folder)
    wanted = results.descriptor["inputs"].get("pack")
    if wanted != pack.fingerprint[:16]:
        raise SitingError(
            "SIT104",
            f"le lot du dossier a l'empreinte {wanted}, pas celle du lot ouvert",
            where=str(folder),
            hint="donnez avec --data le lot de ce calcul",
        )
    is_embedded = pack.folder.resolve() == EMBEDDED.resolve()
    sheet = {
        "schema_version": SCHEMA_VERSION,
        "results": folder.resolve().name,
        "version": results.descriptor["version"],
        "pack": {"sha256": pack.fingerprint, "is_embedded": is_embedded},
    }
    with poured(into.parent) as aside, zipfile.ZipFile(aside / into.name, "w") as archive:
        _put(archive, SHEET, (json.dumps(sheet, indent=1, sort_keys=True) + "\n").encode())
        _put(archive, PINS, _pins().encode())
        for name in sorted([*files_of(folder)[0], DESCRIPTOR]):
            _put(archive, f"{RESULTS}/{name}", (folder / name).read_bytes())
        for name in [] if is_embedded else files_of(pack.folder)[0]:
            _put(archive, f"{PACK}/{name}", (pack.folder / name).read_bytes())
        count = len(archive.namelist())
    digest = sha256_of(into)
    return {
        "schema_version": SCHEMA_VERSION,
        "archive": str(into),
        "sha256": digest,
        "files": count,
        "pack": pack.fingerprint,
        "lines_fr": [
            str(into),
            f"  {count} fichiers, sha256 {digest}",
            f"  pour la signer : minisign -S -m {into.name} ; pour la vérifier, hors ligne : "
            f"minisign -V -p CLE.pub -m {into.name}",
            f"  pour la rejouer ailleurs : siting verify {into.name} --replay",
        ],
    }


def is_sealed(path: Path) -> bool:
    """Say whether a path is an archive of ours, by its name.

    Parameters
    ----------
    path : any path.

    Returns
    -------
    True for a file named « ….siting.zip ».
    """
    return path.name.endswith(SUFFIX) and path.is_file()


@contextmanager
def unsealed(path: Path) -> Iterator[tuple[Path, Pack | None]]:
    """Give the results of an archive and its pack, in a folder that goes afterwards.

    Parameters
    ----------
    path : an archive of ``seal``.

    Yields
    ------
    The results folder, and the pack when the archive holds one.

    Raises
    ------
    SitingError : SIT100 when it is no zip, SIT108 for a member that would leave the folder, SIT109
        when it unfolds too far, SIT400 when it holds no results.
    """
    with TemporaryDirectory(prefix="siting-") as place:
        here = Path(place)
        unfolded(path, here)
        if not (here / RESULTS / DESCRIPTOR).is_file():
            raise SitingError(
                "SIT400",
                "cette archive ne contient pas de dossier de résultats",
                where=str(path),
                hint="« siting seal DOSSIER » en écrit une",
            )
        pack = Pack.open(here / PACK) if (here / PACK).is_dir() else None
        yield here / RESULTS, pack


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, NO_DAY)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)


def _pins() -> str:
    """Return what is installed, as pip reads it: what to install to replay elsewhere."""
    held = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
    return "".join(f"{name}=={version}\n" for name, version in sorted(held.items()))
