"""``shelflight bench batching``: how short the tours are that the product finds."""

import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.bench.batching import Figures

FAILED = 1
BAD_CONFIGURATION = 2


def batching(
    instances: Annotated[Path, typer.Option(help="JSON lines packed by gzip, one instance each.")],
    seconds: Annotated[float, typer.Option(help="For each instance.", min=0.0, max=3600.0)] = 0.5,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write batches and routes to this file.")] = None,
    only_set: Annotated[str, typer.Option("--set", help="Only this set's instances.")] = "",
    every: Annotated[int, typer.Option(help="Only each so many-th of them.", min=1)] = 1,
    limit: Annotated[int, typer.Option(help="At most so many; 0: all.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the search.", min=0)] = 1,
    cpu_time: Annotated[bool, typer.Option(help="Seconds of this process's processor time, not of the wall.")] = False,
) -> None:
    """Batch the orders of benchmark instances, with exact routes, and compare with the best known distance.

    Each answer is checked from its picks alone. Gaps are in per cent; instances whose best is not known count in no
    mean.

    Exit codes: 0 measured, 1 an answer was wrong, 2 the instances cannot be read, there are none, or the file cannot
    be written.
    """
    from rich.console import Console
    from rich.progress import track

    from hub.bench.batching import solve, summary
    from hub.bench.batching_instances import BadInstance, read_instances
    from hub.bench.walked import WrongAnswer

    try:
        if json_file is not None:
            json_file.open("ab").close()
        asked = [one for one in read_instances(instances) if only_set in ("", one.of_set)][::every]
        chosen = list(islice(asked, limit or None))
        if not chosen:
            raise BadInstance(f"{instances}: expected at least one instance{f' of {only_set}' * bool(only_set)}.")
        clock_s = time.process_time if cpu_time else time.perf_counter
        progress = track(chosen, description="batching", console=Console(stderr=True))
        figures = summary([solve(one, seconds, seed, clock_s) for one in progress], seconds, seed)
    except WrongAnswer as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from None
    except (BadInstance, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    _print(figures)
    if json_file is not None:
        json_file.write_text(json.dumps(figures) + "\n", "utf-8")


def _print(figures: "Figures") -> None:
    for one in figures["instances"]:
        print(
            f"{one['set']} {one['name']:<14} {len(one['batches']):3d} tours {one['distance']:10.1f}"
            f"  best known {_number(one['best_known'])} {'proven' if one['proven'] else '      '}"
            f"  gap {_per_cent(one['gap'])}  to bound {_per_cent(one['gap_to_bound'])}  {one['seconds']:6.2f} s"
        )
    print(
        f"\n{len(figures['instances'])} instances, {figures['without_best_known']} without a best known distance (or"
        " with one that is shorter than an order of it alone), which count in no mean.\n"
        f"mean gap {_per_cent(figures['mean_gap'])}, where proven optimal {_per_cent(figures['mean_gap_proven'])},"
        f" to the proven bound {_per_cent(figures['mean_gap_to_bound'])}.\n"
        f"Exact routes are {100 * figures['mean_s_shape_saved']:.1f} % shorter than the S-shape rule's of the same"
        " batches."
    )


def _number(value: float | None) -> str:
    return f"{'-':>9}" if value is None else f"{value:9.1f}"


def _per_cent(part: float | None) -> str:
    return f"{'-':>9}" if part is None else f"{100 * part:+7.2f} %"
