"""One load cell: its counts to a state and a weight, and whether that is worth a frame.

There is no automatic zero here, neither with power nor slowly while it runs: a bin is loaded when the board gets power,
and a zero that follows slowly would eat slow picks. Zero and tare change by command only.
"""

MISSED_MAX = 2
"""Readings in a row that may fail before the cell has: a converter that is late once is no fault."""
WINDOW = 5
"""Readings that must agree for a weight to be at rest: half a second at ten a second."""
STILL_DIVISIONS = 2
"""By how much they may differ."""
HYSTERESIS = (3, 4)
"""A weight at rest is shown anew when it is three quarters of a division off, so that none flickers."""
OVER_DIVISIONS = 9
UNDER_DIVISIONS = 20
"""Beyond capacity, and below nothing: out of range. Source: OIML R 76-1, 4.2.3 (no indication above Max + 9 e); -20 e
as most indicators have it."""
MOTION_EVERY_MS = 100
KEEP_ALIVE_MS = 4_500
"""A channel is sent at least every 5 s, for the host to know that it lives."""


class Cell:
    """One channel's load cell.

    Args:
        mg_per_counts: (milligrams, counts) of its calibration, as whole numbers: a microcontroller's floats are short.
        division_mg, capacity_mg: Of the scale that it makes.
        zero_counts: What it tells with nothing on it; kept over loss of power.
        tare_mg: What is taken off its weight, likewise.
    """

    def __init__(
        self, mg_per_counts: "tuple[int, int]", division_mg: int, capacity_mg: int, zero_counts: int, tare_mg: int
    ) -> None:
        self._scale = mg_per_counts
        self._division_mg = division_mg
        self._capacity_mg = capacity_mg
        self.zero_counts = zero_counts
        self.tare_mg = tare_mg
        self._counts: "list[int]" = []
        self._missed = 0
        self._shown_mg = 0
        self._has_shown = False
        self.state = "ER"
        self._sent_state = ""
        self._sent_mg = 0
        self._sent_ms = -KEEP_ALIVE_MS

    @property
    def weight_mg(self) -> int:
        """What it shows, in whole divisions; nothing while its state has no weight."""
        return self._shown_mg if self.state in ("ST", "US") else 0

    def take(self, counts: "int | None") -> None:
        """One reading; None if the cell did not answer, or was out of its converter's range."""
        if counts is None:
            self._missed += 1
            if self._missed > MISSED_MAX:
                self._counts = []
                self.state = "ER"
            return
        self._missed = 0
        self._counts.append(counts)
        self._counts = self._counts[-WINDOW:]
        weights = [self._milligrams(one) for one in self._counts]
        still = len(weights) == WINDOW and max(weights) - min(weights) <= STILL_DIVISIONS * self._division_mg
        now_mg = sum(weights) // WINDOW if still else sorted(weights[-3:])[len(weights[-3:]) // 2]
        self._judge(now_mg, still)

    def zero(self) -> bool:
        """Make what lies there the zero, without tare; False unless it is at rest."""
        if self.state != "ST":
            return False
        self.zero_counts = sum(self._counts) // len(self._counts)
        self.tare_mg = 0
        self._show_anew()
        return True

    def tare(self) -> bool:
        """Take what lies there off the weight; False unless it is at rest and more than nothing."""
        gross_mg = self._shown_mg + self.tare_mg
        if self.state != "ST" or gross_mg <= 0:
            return False
        self.tare_mg = gross_mg
        self._show_anew()
        return True

    def tell_again(self) -> None:
        """Let the next frame be due now."""
        self._sent_ms -= KEEP_ALIVE_MS

    def is_due(self, now_ms: int) -> bool:
        """Whether there is news to send; it counts as sent."""
        since_ms = now_ms - self._sent_ms
        changed = self.state != self._sent_state or (self.state == "ST" and self._shown_mg != self._sent_mg)
        moving = self.state == "US" and since_ms >= MOTION_EVERY_MS
        if not (changed or moving or since_ms >= KEEP_ALIVE_MS):
            return False
        self._sent_state, self._sent_mg, self._sent_ms = self.state, self._shown_mg, now_ms
        return True

    def _milligrams(self, counts: int) -> int:
        milligrams, of_counts = self._scale
        return (counts - self.zero_counts) * milligrams // of_counts - self.tare_mg

    def _judge(self, now_mg: int, still: bool) -> None:
        gross_mg = now_mg + self.tare_mg
        if gross_mg > self._capacity_mg + OVER_DIVISIONS * self._division_mg:
            self.state = "OL"
        elif gross_mg < -UNDER_DIVISIONS * self._division_mg:
            self.state = "UL"
        else:
            self.state = "ST" if still else "US"
            part, whole = HYSTERESIS
            off_mg = abs(now_mg - self._shown_mg)
            if not self._has_shown or not still or off_mg * whole > self._division_mg * part:
                self._shown_mg = (2 * now_mg + self._division_mg) // (2 * self._division_mg) * self._division_mg
                self._has_shown = True

    def _show_anew(self) -> None:
        self._has_shown = False
        weights = [self._milligrams(one) for one in self._counts]
        self._judge(sum(weights) // len(weights), True)
