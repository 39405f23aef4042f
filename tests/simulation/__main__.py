"""``python -m tests.simulation --seeds 1..200 [--mutant NAME] [--jobs 2]``."""

import argparse
import logging
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import structlog

from tests.simulation.simulator import MUTANTS, Violation, run_seed


def attempt(seed: int, mutant: str) -> str | None:
    """Play one seed quietly; the violation, or None."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        run_seed(seed, mutant)
    except Violation as violation:
        return str(violation)
    return None


def main() -> int:
    """Play seeds. Exit codes: 0 as it should be, 1 a violation (or a mutant that was not found)."""
    parser = argparse.ArgumentParser(prog="tests.simulation")
    parser.add_argument("--seeds", default="1..200", help="FIRST..LAST or one seed")
    parser.add_argument("--mutant", default="none", choices=("none", *MUTANTS))
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    first, _, last = chosen.seeds.partition("..")
    seeds = range(int(first), int(last or first) + 1)
    mutant = "" if chosen.mutant == "none" else chosen.mutant
    begun = time.monotonic()
    found = 0
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for seed, failure in zip(seeds, pool.map(attempt, seeds, [mutant] * len(seeds)), strict=True):
            if failure is not None:
                found += 1
                print(failure if found <= 3 else f"seed {seed} fails too", flush=True)
                if mutant:
                    pool.shutdown(wait=False, cancel_futures=True)
                    break
            elif seed % 20 == 0:
                print(f"seed {seed}: all hold, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(seeds)} seeds, {found} with a violation, {time.monotonic() - begun:.1f} s")
    return int(bool(found) != bool(mutant))


if __name__ == "__main__":
    sys.exit(main())
