"""What a bench shows its operator."""

from dataclasses import dataclass

from edge.contract.state import BoardLine, Prompt


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A bench's screen."""

    prompt: Prompt | None
    count_shown: int
    """The number on the count display; 0 unless a count is asked."""
    board: tuple[BoardLine, ...]
