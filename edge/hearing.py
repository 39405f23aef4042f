"""Where an agent's devices put what they see: everything only waits for the agent's one thread."""

from collections.abc import Callable, Mapping

from edge.devices import Inputs
from edge.intake import Intake
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.logic.outcome import Outcome
from edge.understanding import understood

What = Callable[[BayLogic | BenchLogic, int], Outcome]
"""What a logic is told, with the time."""


def hearing(
    intake: Intake,
    *,
    tell: Callable[[What], None],
    pressed: Callable[[str, bool], None],
    found: Callable[[Mapping[str, bool]], None],
    part: Callable[[str, bool, str], None],
    year: Callable[[], int],
) -> Inputs:
    """The inputs of an agent; what it gives is called on the agent's thread."""
    put = intake.put

    def reading(channel: int, state: str, weight_mg: int | None, at_us: int) -> None:
        put(lambda: tell(lambda logic, now: logic.on_reading(channel, state, weight_mg, now)), at_us)

    def symbol(text: str, kind: str, aim: str, raw: bytes, picture: str) -> None:
        put(
            lambda: tell(
                lambda logic, now: logic.on_symbol(
                    text, kind, aim, now, understood(text, kind, aim, raw, year()), picture
                )
            )
        )

    def scan(text: str, kind: str, aim: str) -> None:
        put(
            lambda: tell(
                lambda logic, now: logic.on_scan(text, kind, aim, now, understood(text, kind, aim, b"", year()))
            )
        )

    return Inputs(
        button=lambda control, down, at_us: put(lambda: pressed(control, down), at_us),
        found=lambda levels: put(lambda: found(levels)),
        reading=reading,
        symbol=symbol,
        scan=scan,
        unreadable=lambda present, picture: put(
            lambda: tell(lambda logic, now: logic.on_unreadable(present, now, picture))
        ),
        part=lambda name, ok, detail: put(lambda: part(name, ok, detail)),
    )
