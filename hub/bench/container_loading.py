"""How full containers get: the published instances of container loading, each packed and checked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.bench.carton_orders import BadBenchFile, rows
from hub.domain.packing.blocks import BlockPacker
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods, Sides, volume_mm3
from hub.domain.packing.packed import Packing

COLUMNS = (
    *("set", "instance", "container_l", "container_w", "container_h", "l", "w", "h"),
    *("l_may_be_vertical", "w_may_be_vertical", "h_may_be_vertical", "count"),
)
"""One row a box type. Sides in any whole unit of length."""
REPORTS = 20


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One container and what is to go in."""

    set_name: str
    number: str
    sides_mm: Sides
    goods: tuple[Goods, ...]


def read_instances(file: Path, per_set: int = 0) -> tuple[Instance, ...]:
    """The instances of a file, of each set the first ``per_set`` (0: all).

    Raises:
        BadBenchFile: it cannot be read, a number is wrong, or there is none.
    """
    found: dict[tuple[str, str], tuple[Sides, list[Goods]]] = {}
    for line, row in rows(file, COLUMNS):
        numbers = {name: _number(file, line, name, row[name]) for name in COLUMNS[2:]}
        container = (numbers["container_l"], numbers["container_w"], numbers["container_h"])
        sides, goods = found.setdefault((row["set"], row["instance"]), (container, []))
        if sides != container:
            raise BadBenchFile(f"{file}:{line}: expected the container of the rows before, {sides}, got {container}.")
        upright = (numbers["l_may_be_vertical"] > 0, numbers["w_may_be_vertical"] > 0, numbers["h_may_be_vertical"] > 0)
        box = (numbers["l"], numbers["w"], numbers["h"])
        if not all((*container, *box)) or not any(upright):
            raise BadBenchFile(f"{file}:{line}: expected sides above 0 and a side that may be vertical.")
        goods.append(Goods(units=numbers["count"], unit_mg=0, sides_mm=box, upright=upright))
    if not found:
        raise BadBenchFile(f"{file}: expected at least one instance, got none.")
    taken: dict[str, int] = {}
    instances = []
    for (set_name, number), (container, goods) in found.items():
        taken[set_name] = taken.get(set_name, 0) + 1
        if not per_set or taken[set_name] <= per_set:
            instances.append(Instance(set_name=set_name, number=number, sides_mm=container, goods=tuple(goods)))
    return tuple(instances)


def _number(file: Path, line: int, name: str, text: str | None) -> int:
    if text is None or not text.isdecimal():
        raise BadBenchFile(f"{file}:{line}: {name}: expected a whole number, got {text!r}.")
    return int(text)


def load(instance: Instance, *, width: int, branches: int) -> Packing:
    """The fullest packing that was found for one instance."""
    packer = BlockPacker(instance.sides_mm, 0, instance.goods)
    *_, best = packer.packings(width=width, branches=branches)
    return best


def measure(instances: Sequence[Instance], *, width: int, branches: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Load every instance.

    Returns:
        ``instances``; ``mean_fill`` and ``valid`` (shares from 0 to 1); ``mean_s`` of processor time; ``sets``: by set
        {instances, mean_fill, greedy_fill, valid}, where greedy is the same packer without its search: the floor;
        ``faults``: the first few, if any.
    """
    sets: dict[str, list[tuple[float, float, list[str]]]] = {}
    cpu_s = 0.0
    for number, instance in enumerate(instances, 1):
        begun = time.process_time()
        packing = load(instance, width=width, branches=branches)
        cpu_s += time.process_time() - begun
        greedy = BlockPacker(instance.sides_mm, 0, instance.goods).greedy()
        wrong = [*_wrong(packing, instance), *_wrong(greedy, instance)]
        sets.setdefault(instance.set_name, []).append((packing.fill, greedy.fill, wrong))
        if number * REPORTS // len(instances) > (number - 1) * REPORTS // len(instances):
            say(f"{number} of {len(instances)} containers loaded, {cpu_s / number:.2f} s each")
    every = [one for ones in sets.values() for one in ones]
    return {
        "instances": len(instances),
        "mean_fill": _mean([fill for fill, _, _ in every]),
        "valid": _mean([float(not wrong) for _, _, wrong in every]),
        "mean_s": round(cpu_s / len(instances), 3),
        "sets": {
            name: {
                "instances": len(ones),
                "mean_fill": _mean([fill for fill, _, _ in ones]),
                "greedy_fill": _mean([greedy for _, greedy, _ in ones]),
                "valid": _mean([float(not wrong) for _, _, wrong in ones]),
            }
            for name, ones in sets.items()
        },
        "faults": [text for _, _, wrong in every for text in wrong][:REPORTS],
    }


def _wrong(packing: Packing, instance: Instance) -> list[str]:
    where = f"{instance.set_name} {instance.number}"
    wrong = [f"{where}: {text}" for text in faults(packing, instance.goods, load_max_mg=0)]
    if packing.sides_mm != instance.sides_mm:
        wrong.append(f"{where}: packed for {packing.sides_mm}, expected {instance.sides_mm}.")
    assert packing.goods_mm3 <= volume_mm3(instance.sides_mm)
    return wrong


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)
