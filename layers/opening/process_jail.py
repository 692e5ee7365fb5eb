"""Shutting a process in before it opens a file it has no reason to trust (Linux; best effort)."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

try:
    import resource
except ImportError:  # Windows bounds a process otherwise; the parent still bounds its time
    resource = None  # type: ignore[assignment]

# Landlock: kernel calls 444–446, the same on every architecture.
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_ALL_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_AND_MAKE
_ALL_TCP = 0b11
_NO_NEW_PRIVILEGES = 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def bound(memory: int, seconds: int) -> bool:
    """Bound memory, processor time and size of what is written.

    Parameters
    ----------
    memory : bytes, of memory and of each file written.
    seconds : of processor time.

    Returns
    -------
    False on a system without such bounds (Windows; macOS for memory): whoever asked must say so.
    """
    if resource is None:
        return False
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):
        return False
    return True


def shut(readable: Iterable[Path], writable: Path) -> None:
    """Leave the process the files it needs, and no network; a kernel without the means allows.

    The bounds of ``bound`` and the refusals made before opening hold everywhere.

    Parameters
    ----------
    readable : files the process may still read, besides its interpreter and libraries.
    writable : the only folder where it may write.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_NEW_USER | _NEW_NETWORK)
    _landlock(libc, [*readable, *_own_folders()], writable)


def _own_folders() -> list[Path]:
    """Return where the interpreter, its libraries and the projection tables live.

    Not our own root: it may be the folder a planner works in, and our modules are loaded already.
    """
    ours = Path(__file__).resolve().parents[1]
    system = [sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/ld.so.cache"]
    paths = [Path(name).resolve() for name in [*sys.path, *system] if name]
    kept = [path for path in paths if path not in ours.parents]
    return [path for path in [*kept, ours, Path("/dev/urandom")] if path.exists()]


def _landlock(libc: ctypes.CDLL, readable: list[Path], writable: Path) -> None:
    version = libc.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return
    handled = struct.pack("QQ", _ALL_FILES, _ALL_TCP) if version >= 4 else _packed(_ALL_FILES)
    ruleset = libc.syscall(_CREATE, handled, len(handled), 0)
    if ruleset < 0:
        return
    for path in readable:
        _allow(libc, ruleset, path, _READ_FILE | (_READ_DIR if path.is_dir() else 0))
    _allow(libc, ruleset, writable, _ALL_FILES & ~_EXECUTE)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)


def _packed(access: int) -> bytes:
    return struct.pack("Q", access)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", access, handle), 0)
    os.close(handle)
