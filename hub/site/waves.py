"""From ``waves`` of a site's file to the rules of release."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import get_args

from edge.contract.site import Site
from edge.contract.waves import Day
from hub.domain.waves import Wave
from hub.site.catalogue import Catalogue

WEEK: tuple[str, ...] = get_args(Day)


def waves_of(site: Site) -> tuple[Wave, ...]:
    """The waves of a site; none: orders are released as they come."""
    return tuple(
        Wave(
            name=stated.name,
            services=stated.services,
            release=time.fromisoformat(stated.release),
            orders_until=time.fromisoformat(stated.orders_until),
            leaves=time.fromisoformat(stated.leaves),
            weekdays=frozenset(WEEK.index(day) for day in stated.days),
        )
        for stated in site.file.waves
    )


def wave_faults(directory: Path, catalogue: Catalogue, site: Site) -> Iterator[str]:
    """What ``waves`` says that cannot be, one sentence each."""
    services = [service.name for service in catalogue.services]
    names = [stated.name for stated in site.file.waves]
    for number, stated in enumerate(site.file.waves):
        where = f"{directory / 'site.toml'}: waves: {stated.name}"
        if stated.name in names[:number]:
            yield f"{where}: expected each wave's name once, got it again."
        for name in stated.services:
            if name not in services:
                yield f"{where}: services: expected services of carriers.toml ({', '.join(services)}), got '{name}'."
        if not stated.release <= stated.orders_until < stated.leaves:
            times = f"{stated.release}, {stated.orders_until}, {stated.leaves}"
            yield f"{where}: expected release, orders_until and leaves in this order on one day, got {times}."
        if not stated.days:
            yield f"{where}: days: expected at least one, got none."
