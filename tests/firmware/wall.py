"""Walls for tests: stations' panels on their twins."""

from firmware.buttons import ButtonEdge
from firmware.panel import Panel, Wiring
from firmware.twin.panel_twin import PanelTwin

BINS = tuple(f"bay-01/{n:02d}" for n in range(1, 41))
STRIP_BAY = Wiring(
    bins=BINS,
    expanders=(0x20, 0x21, 0x22, 0x23, 0x24, 0x25),
    displays=True,
    beacon=(17, 27, 22),
    bay_button=23,
)
STARTER_BAY = Wiring(
    bins=BINS[:6],
    displays=True,
    rgb_pins=tuple((4 + 3 * n, 5 + 3 * n, 6 + 3 * n) for n in range(6)),
    confirm_pins=(22, 23, 24, 25, 26, 27),
)
BENCH = Wiring(bench_pins={"confirm": 5, "minus": 6, "plus": 13, "problem": 19})
BLUE, AMBER = (0, 0, 255), (255, 100, 0)


class Wall:
    """A station's panel on its twin; its clock stands still until it is told to move."""

    def __init__(self, wiring: Wiring) -> None:
        self.now_us = self.poll_at_us = 1_000_000
        self.edges: list[ButtonEdge] = []
        self.health: list[tuple[str, bool, str]] = []
        self.found: dict[str, bool] = {}
        self.wiring = wiring
        self.twin = PanelTwin(wiring)
        self.panel = self.open()

    def open(self) -> Panel:
        panel = Panel(self.wiring, self.twin, on_health=self.tell, now_us=lambda: self.now_us)
        panel.listen(self.edges.append, self.found.update)
        return panel

    def tell(self, part: str, ok: bool, why: str) -> None:
        self.health.append((part, ok, why))

    def poll(self, times: int = 1) -> None:
        for _ in range(times):
            self.now_us += 200_000
            self.panel.poll()

    def wait(self, us: int) -> None:
        """Time passes, with the panel polled as often as it asks to be."""
        until_us = self.now_us + us
        while self.poll_at_us <= until_us:
            self.now_us = max(self.now_us, self.poll_at_us)
            self.poll_at_us = self.now_us + self.panel.poll()
        self.now_us = until_us

    @property
    def failed(self) -> dict[str, str]:
        """What was told last of each part that does not work, by part."""
        last = {part: (ok, why) for part, ok, why in self.health}
        return {part: why for part, (ok, why) in last.items() if not ok}

    def tap(self, control: str) -> None:
        for move in (self.twin.press, self.twin.release):
            self.now_us += 50_000
            move(control)

    @property
    def told(self) -> list[tuple[str, bool]]:
        return [(edge.control, edge.down) for edge in self.edges]
