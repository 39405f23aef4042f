"""The choice of which orders are completed, by a solver: OR-Tools' CP-SAT, within a time limit.

It needs the extra ``solver``. Without it, or when it finds nothing better in time, the quick choice stands: it is the
solver's first answer too. One worker and one seed make the same problem come out the same, unless the clock ends it.

Source: the multidimensional knapsack problem; H. Kellerer, U. Pferschy, D. Pisinger, Knapsack Problems, 2004, ch. 9.
"""

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from hub.domain.allocation import Choose, Needs, choose_quickly, scarce, score

SEED = 1
STEPS_PER_S = 1.0
"""CP-SAT counts its work in steps that take a second or so each; they end it at the same place on every machine."""


def solver_installed() -> bool:
    """Whether the extra ``solver`` is there."""
    return find_spec("ortools") is not None


def choose_by_solver(seconds: float, now_s: Callable[[], float] = time.monotonic) -> Choose:
    """A choice for :func:`hub.domain.allocation.allocate` that may take so many seconds for all its classes together.

    Args:
        seconds: From now on. What is asked later is chosen quickly.
        now_s: Seconds that never go back.
    """
    until_s = now_s() + seconds

    def choose(needs: Sequence[Needs], free: Needs) -> frozenset[int]:
        quick = choose_quickly(needs, free)
        short = scarce(needs, free)
        left_s = until_s - now_s()
        if len(quick) == len(needs) or left_s <= 0 or not solver_installed():
            return quick
        solved = _solve(needs, free, short, quick, left_s)
        return quick if solved is None else max(quick, solved, key=lambda chosen: score(chosen, len(needs)))

    return choose


def _solve(
    needs: Sequence[Needs], free: Needs, short: frozenset[int], first: frozenset[int], seconds: float
) -> frozenset[int] | None:
    """The best choice that was found, or None."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"order {number}") for number in range(len(needs))]
    for sku in short:
        wanting = [(taken[n], wanted[sku]) for n, wanted in enumerate(needs) if sku in wanted]
        model.add(sum(units * one for one, units in wanting) <= free[sku])
    one_more = len(needs) * len(needs) + 1  # outweighs any difference in age
    model.maximize(sum((one_more + len(needs) - number) * one for number, one in enumerate(taken)))
    for number, one in enumerate(taken):
        model.add_hint(one, number in first)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_deterministic_time = seconds * STEPS_PER_S
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return frozenset(number for number, one in enumerate(taken) if solver.boolean_value(one))
