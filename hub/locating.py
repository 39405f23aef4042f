"""Where is it: the bins that a person asks for blink, and nothing of stock changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge.contract.codec import encode
from edge.contract.commands import LocateBin
from edge.contract.site import Site
from edge.contract.topics import Channel
from hub.link.broker import HubLink

BINS_MAX = 20
"""More bins of one SKU do not blink at once: nobody finds his way by so many lights."""


class NoSuchBin(LookupError):
    """There is no such bin, or no bin of such an SKU."""


class NoWay(RuntimeError):
    """The hub has no link to its stations now."""


@dataclass(frozen=True, kw_only=True)
class Located:
    """A bin that was asked to blink."""

    bin: str
    station: str
    online: bool
    """Whether its station is there: if not, nothing blinks."""


def locate(
    names: Iterable[str],
    *,
    site: Site,
    link: HubLink,
    is_online: Callable[[str], bool],
    new_id: Callable[[], str],
    seconds: int,
) -> list[Located]:
    """Ask the stations of these bins to blink them, at most :data:`BINS_MAX`.

    Raises:
        NoSuchBin: a bin is no station's.
        NoWay: the broker is away.
        OutgoingFull: the broker takes nothing.
    """
    station_of = {bin_.name: station.name for station in site.stations.values() for bin_ in station.bins}
    wanted = list(names)[:BINS_MAX]
    for name in wanted:
        if name not in station_of:
            raise NoSuchBin(f"Expected a bin of this site, got '{name}'.")
    if not link.connected:
        raise NoWay("The hub has no link to its stations now: nothing can blink. It is tried again by itself.")
    found = []
    for name in wanted:
        station = station_of[name]
        command = LocateBin(command=new_id(), bin=name, seconds=seconds)
        link.publish(station, Channel.COMMAND, encode(command), expiry_s=seconds)
        found.append(Located(bin=name, station=station, online=is_online(station)))
    return found
