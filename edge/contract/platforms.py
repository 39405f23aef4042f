"""Which bins a scale's channels weigh: a channel a bin, or a platform under the bins of a shelf level."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from edge.contract.scale_protocol import ScaleProtocol

ScaleArrangement = Literal["bin", "level"]
"""What lies on a channel of a bay's scale: one bin, or (some of) the bins of one shelf level on one platform."""

MANY_CHANNELS: tuple[ScaleProtocol, ...] = ("bay_line",)
"""The protocols that say which of several channels they speak of; the others have one pan, channel 0."""


class Weighed(NamedTuple):
    """A bin as far as its scale is concerned."""

    name: str
    channel: int | None
    level: int
    """The shelf level."""


def channel_faults(
    protocol: ScaleProtocol | None, arrangement: ScaleArrangement, bins: Sequence[Weighed]
) -> Iterator[str]:
    """What is wrong with the channels of a bay's bins, in words; nothing if all is well.

    >>> list(channel_faults("bay_line", "level", [Weighed("b/1", 4, 0), Weighed("b/2", 4, 0)]))
    []
    >>> next(channel_faults("mt_sics", "bin", [Weighed("b/1", 4, 0)]))
    'channel: expected 0, for a mt_sics scale has one pan, got 4 for b/1.'
    """
    first: dict[int, Weighed] = {}
    for bin_ in bins:
        if bin_.channel is None:
            continue
        if protocol is not None and protocol not in MANY_CHANNELS and bin_.channel != 0:
            yield f"channel: expected 0, for a {protocol} scale has one pan, got {bin_.channel} for {bin_.name}."
        other = first.setdefault(bin_.channel, bin_)
        if other is bin_:
            continue
        if arrangement == "bin":
            yield (
                f"expected a scale channel for each bin alone, got {bin_.channel} for {other.name} and {bin_.name}."
                ' If one platform carries both, say arrangement = "level" in [scale].'
            )
        elif other.level != bin_.level:
            yield (
                f"expected the bins of channel {bin_.channel} on one level, for one platform carries them, got level"
                f" {other.level} for {other.name} and {bin_.level} for {bin_.name}."
            )


def platform_name(names: Sequence[str]) -> str:
    """What a platform is called: the first of its bins and the last.

    >>> platform_name(["bay-01/07"]), platform_name(["bay-01/01", "bay-01/02", "bay-01/03"])
    ('bay-01/07', 'bay-01/01 to bay-01/03')
    """
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def platforms(bins: Iterable[tuple[int | None, str]]) -> dict[int, str]:
    """The name of what each channel weighs, given channel and name of each bin."""
    found: dict[int, list[str]] = {}
    for channel, name in bins:
        if channel is not None:
            found.setdefault(channel, []).append(name)
    return {channel: platform_name(names) for channel, names in found.items()}
