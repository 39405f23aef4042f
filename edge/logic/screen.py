"""What a bench shows its operator."""

from dataclasses import dataclass

from edge.contract.state import BoardLine, Prompt, Tone


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A bench's screen."""

    prompt: Prompt | None
    count_shown: int
    """The number on the count display; 0 unless a count is asked."""
    board: tuple[BoardLine, ...]
    trouble: str = ""
    """What is wrong with the station itself, a line each, if anything."""
    tone: Tone = "calm"
    """Of the trouble."""
