"""An indicator that was zeroed with its bins full: its power came, and it took what lay there for nothing.

It does so on all its channels at once. A single bin that is found empty was emptied, if another one still shows its
load; if none does, nobody can tell, and a person counts.
"""

from dataclasses import dataclass, field

ZEROED_DIVISIONS = 5
"""A channel that shows no more than this shows nothing."""


@dataclass(slots=True)
class Zero:
    """What is known of an indicator's zero since nobody watched it; shared by its bins."""

    kept: bool = False
    """Whether a bin showed a load when it was first seen again: the indicator was not zeroed."""
    doubted: set[str] = field(default_factory=set)
    """Bins that have come into doubt since."""

    def lose(self) -> None:
        """Nobody watches the indicator."""
        self.kept = False
        self.doubted.clear()

    def look(self, weight_mg: int, division_mg: int) -> None:
        """Take the first weight at rest of a bin whose own zero is not in doubt."""
        self.kept = self.kept or weight_mg > ZEROED_DIVISIONS * division_mg
