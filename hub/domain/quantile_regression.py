"""Linear quantile regression: which line do a share `level` of the observations stay under?

Source: Koenker and Bassett, Regression Quantiles, Econometrica 46 (1978); solved by the majorise-minimise steps of
Hunter and Lange, Quantile Regression via an MM Algorithm, J. Comput. Graph. Stat. 9 (2000): each step is a weighted
least-squares fit. A ridge holds the coefficients near a prior, so that few observations change it little and none leave
it as it is.
"""

import numpy as np
import numpy.typing as npt

STEPS_MAX = 12
"""Steps of the solver; the intercept is then set so that the share is exact, which most of further steps would do."""
STILL = 2e-3
"""No coefficient moves more than this: solved."""
SMOOTHING = 0.02
"""Residuals smaller than this are taken for this: it bounds the weights. In units of y, here logarithms: 2 %."""
TAIL_ROWS_MIN = 20.0
"""The intercept is set to the exact share only if so many observations lie on the rarer side."""

Array = npt.NDArray[np.float64]


def fit(x: Array, y: Array, *, weight: Array, level: float, prior: Array, prior_weight: float) -> Array:
    """Coefficients b [k] such that x @ b is the `level` quantile of y.

    Args:
        x: [rows, k] the observations' features, the first column ones.
        y: [rows] what was observed.
        weight: [rows] positive.
        level: between 0 and 1.
        prior: [k] the coefficients to expect; what comes back if there are no rows.
        prior_weight: how many observations the prior is worth, positive.
    """
    b: Array = prior.copy()
    if not len(y):
        return b
    weight = weight / float(weight.mean())
    exact = len(y) * min(level, 1 - level) >= TAIL_ROWS_MIN
    if exact:
        b[0] += weighted_quantile(y - x @ b, weight, level)
    tilt = (2 * level - 1) * (weight @ x) + prior_weight * prior
    ridge = prior_weight * np.eye(len(b))
    for _ in range(STEPS_MAX):
        weighted = x * (weight / (np.abs(y - x @ b) + SMOOTHING))[:, None]
        last = b
        b = np.linalg.solve(weighted.T @ x + ridge, weighted.T @ y + tilt).astype(np.float64)
        if np.abs(b - last).max() < STILL:
            break
    if exact:
        b[0] += weighted_quantile(y - x @ b, weight, level)
    return b


def weighted_quantile(values: Array, weight: Array, level: float) -> float:
    """The smallest value that at least a share `level` of the weight is not above.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), 0.5)
    2.0
    """
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order])
    place = min(int(np.searchsorted(share, level * share[-1])), len(values) - 1)
    return float(values[order[place]])
