"""Same bytes on one core as on many: no product of the footprint is shared out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from impacts.basis.one_thread import product

ROOM = Path(__file__).parents[3] / "impacts"


def test_a_product_has_the_same_bytes_whatever_the_cores_lent() -> None:
    draw = np.random.default_rng(7)
    left, right = (draw.random(size, dtype=np.float32) for size in ((900, 4000), (4000, 70)))
    told = set()
    for cores in (1, 2, 4):
        with threadpool_limits(limits=cores):
            told.add(product(left, right).tobytes())
    assert len(told) == 1


def test_no_footprint_multiplies_matrices_elsewhere() -> None:
    shared = re.compile(r"[\w)\]] @ \w|np\.dot|matmul|tensordot|xr\.dot")
    found = [
        path.relative_to(ROOM).as_posix()
        for path in sorted(ROOM.rglob("*.py"))
        if shared.search(path.read_text(encoding="utf-8"))
    ]
    # The validation's mean of a published table never reaches a results folder.
    assert found == ["basis/one_thread.py", "validation/lei_masanet.py"]
