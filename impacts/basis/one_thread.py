"""Products of matrices whose last bits do not depend on how many cores a machine lends."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Float = TypeVar("Float", np.float32, np.float64)
# Numpy is loaded above: its linear algebra is known from then on.
CONTROLLER = ThreadpoolController()


def product(left: NDArray[Float], right: NDArray[Float]) -> NDArray[Float]:
    """Return the product of two matrices, on one thread: shared out, its sums change order.

    Parameters
    ----------
    left : (n, k).
    right : (k, m), of the same kind of number.

    Returns
    -------
    (n, m), the same bytes on one core as on many.
    """
    with CONTROLLER.limit(limits=1, user_api="blas"):
        return left @ right
