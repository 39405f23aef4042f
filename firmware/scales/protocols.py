"""The protocols by the names that a station's file gives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from firmware.scales import a_and_d, adam, bay_line, cas_ecr, cas_stream, mt_sics, nci, ohaus, toledo_8217
from firmware.scales.codec import Codec, LineSettings


@dataclass(frozen=True)
class ScaleProtocol:
    """One protocol: how to read it, and how its line is set where the station's file says nothing."""

    new_codec: Callable[[], Codec]
    settings: LineSettings
    stale_after_us: int
    """Silence that counts as a fault."""


PROTOCOLS: Mapping[str, ScaleProtocol] = MappingProxyType(
    {
        "bay_line": ScaleProtocol(bay_line.Codec, bay_line.SETTINGS, bay_line.STALE_AFTER_US),
        "mt_sics": ScaleProtocol(mt_sics.Codec, mt_sics.SETTINGS, mt_sics.STALE_AFTER_US),
        "toledo_8217": ScaleProtocol(toledo_8217.Codec, toledo_8217.SETTINGS, toledo_8217.STALE_AFTER_US),
        "toledo_8217_lb": ScaleProtocol(
            partial(toledo_8217.Codec, "lb"), toledo_8217.SETTINGS, toledo_8217.STALE_AFTER_US
        ),
        "nci": ScaleProtocol(nci.Codec, nci.SETTINGS, nci.STALE_AFTER_US),
        "a_and_d": ScaleProtocol(a_and_d.Codec, a_and_d.SETTINGS, a_and_d.STALE_AFTER_US),
        "ohaus": ScaleProtocol(ohaus.Codec, ohaus.SETTINGS, ohaus.STALE_AFTER_US),
        "cas_ecr": ScaleProtocol(cas_ecr.Codec, cas_ecr.SETTINGS, cas_ecr.STALE_AFTER_US),
        "cas_stream": ScaleProtocol(cas_stream.Codec, cas_stream.SETTINGS, cas_stream.STALE_AFTER_US),
        "adam": ScaleProtocol(adam.Codec, adam.SETTINGS, adam.STALE_AFTER_US),
    }
)
"""By name. ``toledo_8217_lb`` is a Toledo 8217 that is set to pounds."""
