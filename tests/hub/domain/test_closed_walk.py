"""From stretches to a walk."""

import pytest

from hub.domain.aisles import Stop
from hub.domain.closed_walk import Stretch, closed_walk

A, B, C = Stop(0, 0), Stop(0, 10), Stop(1, 10)


def test_each_stretch_is_walked_once_from_where_the_one_before_ended() -> None:
    stretches = [Stretch(A, B), Stretch(B, C, 5), Stretch(B, C, 5), Stretch(A, B)]
    walked = closed_walk(A, stretches)
    assert walked == [A, B, C, B, A]


def test_a_stretch_is_as_long_as_it_leads_along_and_across() -> None:
    assert (Stretch(A, B).length_mm, Stretch(B, C, 5).length_mm) == (10, 5)


def test_stretches_that_hang_together_nowhere_are_no_tour() -> None:
    with pytest.raises(AssertionError, match="connected"):
        closed_walk(A, [Stretch(B, C, 5), Stretch(B, C, 5)])
