"""The names of the protocols that a scale may speak."""

from typing import Literal

ScaleProtocol = Literal[
    "bay_line",
    "mt_sics",
    "toledo_8217",
    "toledo_8217_lb",
    "nci",
    "a_and_d",
    "ohaus",
    "cas_ecr",
    "cas_stream",
    "adam",
]
"""What a scale may speak: a bay's indicator the bay line, a bench scale one of the others. ``toledo_8217_lb`` is a
Toledo 8217 that is set to pounds."""
