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
    """What is wrong with the station itself, if anything."""
    tone: Tone = "calm"
    """Of the trouble."""


def trouble_text(*, full: bool, connected: bool) -> tuple[str, Tone]:
    """What an operator is told of the station's own trouble, and its tone; an empty text if there is none."""
    if full:
        return "NOTHING IS TAKEN: this station can keep no more. Stop, and call the supervisor.", "alarm"
    if not connected:
        return "No hub: what you do is kept; the next question comes when the hub answers.", "warn"
    return "", "calm"
