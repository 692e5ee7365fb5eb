"""A fact that is yes, no or unknown: what may be is never taken for what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

YES, NO, UNKNOWN = "yes", "no", "unknown"


def may_be(states: pd.Series) -> NDArray[np.bool_]:
    """Return where a fact is not ruled out: an unknown state counts with the yes, as the worst.

    Parameters
    ----------
    states : « yes », « no » or « unknown ».

    Returns
    -------
    Booleans in the same order: False for « no » alone.

    Examples
    --------
    >>> may_be(pd.Series(["yes", "no", "unknown"])).tolist()
    [True, False, True]
    """
    return (states != NO).to_numpy(dtype=bool)


def surely(states: pd.Series) -> NDArray[np.bool_]:
    """Return where a fact is known to hold.

    Parameters
    ----------
    states : « yes », « no » or « unknown ».

    Returns
    -------
    Booleans in the same order: True for « yes » alone.

    Examples
    --------
    >>> surely(pd.Series(["yes", "no", "unknown"])).tolist()
    [True, False, False]
    """
    return (states == YES).to_numpy(dtype=bool)
