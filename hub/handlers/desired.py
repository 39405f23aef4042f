"""Desired state: what each station should show, computed whole from one snapshot of the database."""

from math import ceil
from typing import cast

from sqlalchemy import Connection

from edge.contract.state import (
    REPLENISH_MARK,
    BayDesired,
    BenchDesired,
    BinContent,
    BoardLine,
    Colour,
    PrintJob,
    Sign,
    Task,
    TaskKind,
    Watermark,
)
from hub.handlers.benches import BenchDesk
from hub.handlers.policy import Policy
from hub.handlers.urgency import NEVER_US, ready_orders
from hub.storage import benches, floor, inbox, legs, walls

BOARD_KINDS = ("induct", "dock")
"""Benches whose screen shows the board."""


def desired_state(
    connection: Connection, station: str, *, generation: int, desk: BenchDesk, policy: Policy, now_us: int = NEVER_US
) -> BayDesired | BenchDesired:
    """The desired state of one station. Read it within one transaction.

    ``now_us``: business time, by which orders wait for their wave; not given: every wave is open.
    """
    version = floor.version(connection)
    current = inbox.current_journal(connection, station)
    as_of = None if current is None else Watermark(journal=current[0], seq=current[1])
    if station in policy.bays:
        contents = floor.contents(connection, station)
        return BayDesired(
            generation=generation,
            version=version,
            as_of=as_of,
            tasks=tuple(_task(task) for task in floor.lit_tasks(connection, station, policy.lights_ahead)),
            bins=tuple(_content(content) for content in contents),
            aisle=_aisle(connection, station, policy),
            signs=_signs(connection, station) if station in dict(policy.walls).values() else (),
        )
    kind = dict(policy.benches)[station]
    return BenchDesired(
        generation=generation,
        version=version,
        as_of=as_of,
        prompt=desk.prompt(connection, station),
        jobs=tuple(PrintJob(job=job, zpl=zpl) for job, zpl in benches.jobs(connection, station)),
        board=board(connection, policy, now_us) if kind in BOARD_KINDS else (),
    )


def _aisle(connection: Connection, station: str, policy: Policy) -> tuple[Colour, ...]:
    """The colours of the pickers that have lights in the aisle whose beacon the station has."""
    bays = dict(policy.aisles).get(station, ())
    lit = (task for bay in bays for task in floor.lit_tasks(connection, bay, policy.lights_ahead))
    picks = (task for task in lit if task.kind == "pick" and not _is_for_reserve(task))
    return tuple(sorted({cast(Colour, task.colour) for task in picks}))


def _is_for_reserve(task: floor.LitTask) -> bool:
    """A tote may have the same mark, but no picker the colour of puts."""
    return task.mark == REPLENISH_MARK and task.colour == "yellow"


def board(connection: Connection, policy: Policy | None = None, now_us: int = NEVER_US) -> tuple[BoardLine, ...]:
    """What everybody should do now; without a policy no order waits for a wave."""
    if policy is not None and policy.waves:
        waiting = len(ready_orders(connection, policy, now_us))
    else:
        waiting = floor.orders_waiting(connection)
    puts = floor.puts_and_counts_open(connection)
    hand_on = {} if policy is None or policy.zones is None else _to_hand_on(connection)
    return tuple(
        _board_line(worker, waiting, puts, hand_on.get(worker.name, ""))
        for worker in floor.workers(connection)
        if worker.role != "packer"
    )


def _to_hand_on(connection: Connection) -> dict[str, str]:
    """What each picker is to bring to another zone, until somebody there has taken it."""
    found: dict[str, str] = {}
    for picker, cart, zone in legs.to_hand_on(connection):
        found[picker] = f"{found[picker]}, {cart} to zone {zone}" if picker in found else f"bring {cart} to zone {zone}"
    return found


def _board_line(worker: floor.Worker, waiting: int, puts: int, hand_on: str = "") -> BoardLine:
    def line(doing: str, text: str, left: int) -> BoardLine:
        return BoardLine(
            who=worker.name,
            colour=cast(Colour, worker.colour),
            doing=doing,  # type: ignore[arg-type]
            text=text,
            tasks_left=left,
        )

    if worker.role == "receiver":
        return line("put", f"{puts} to put away or count", puts) if puts else line("rest", "nothing to put away", 0)
    if worker.open_tasks:
        return line("pick", f"{_count(worker.open_tasks, 'light')} to follow", worker.open_tasks)
    if worker.inducting:
        return line("induct", "load the cart", 0)
    if hand_on:
        return line("deliver", hand_on, waiting)
    if worker.totes_to_bring or worker.totes_to_sort:
        ways = ((worker.totes_to_bring, "packing"), (worker.totes_to_sort, "the wall"))
        return line("deliver", "bring " + ", ".join(f"{_count(n, 'tote')} to {way}" for n, way in ways if n), waiting)
    if waiting:
        return line("induct", f"{_count(waiting, 'order')} {'waits' if waiting == 1 else 'wait'} for a picker", waiting)
    return line("rest", "nothing to pick", 0)


def _count(number: int, what: str) -> str:
    """A number of things.

    >>> _count(1, "tote"), _count(2, "tote")
    ('1 tote', '2 totes')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


def _signs(connection: Connection, wall: str) -> tuple[Sign, ...]:
    """Green cells: complete, and blinking while they are packed."""
    return tuple(
        Sign(place=cell, colour="green", pattern="blink" if packing else "steady", text="PACK" if packing else "DONE")
        for cell, packing in walls.signs(connection, wall)
    )


def _content(content: floor.Content) -> BinContent:
    return BinContent(
        bin=content.bin,
        sku=content.sku,
        unit_mg=max(1, round(content.unit_weight.unit_mg)),
        spread_mg=content.spread_mg,
        mean_error_mg=ceil(content.unit_weight.error_mg),
    )


def _task(task: floor.LitTask) -> Task:
    return Task(
        task=task.public,
        kind=cast(TaskKind, task.kind),
        bin=task.bin,
        units=task.units,
        mark=task.mark,
        colour=cast(Colour, task.colour),
        order=task.rank,
        recalled=task.recalled,
    )
