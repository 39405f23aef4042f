"""All channels of a board: readings and commands in, frames out."""

from firmware.bay_controller.frames import Lines, decode_command, encode
from firmware.bay_controller.weighing import Cell


class Controller:
    """A board's channels.

    Args:
        first_channel: The number of the first cell; the others follow.
        cells: In the order of their data pins.
        save: Called with [(zero_counts, tare_mg), ...] when a command has changed one of them.
    """

    def __init__(self, first_channel: int, cells: "list[Cell]", save) -> None:  # type: ignore[no-untyped-def]
        self._first = first_channel
        self._cells = cells
        self._save = save
        self._lines = Lines()

    def take(self, readings: "list[int | None]") -> None:
        """One reading of each cell."""
        for cell, counts in zip(self._cells, readings):
            cell.take(counts)

    def hear(self, data: bytes) -> None:
        """Obey what the host says. A command that cannot be obeyed now is answered, as any, with the channel as it is;
        one for a channel of another board is that board's."""
        for line in self._lines.feed(data):
            told = decode_command(line)
            if told is None or not 0 <= told[0] - self._first < len(self._cells):
                continue
            cell = self._cells[told[0] - self._first]
            done = (told[1] == "Z" and cell.zero()) or (told[1] == "T" and cell.tare())
            cell.tell_again()
            if done:
                self._save([(each.zero_counts, each.tare_mg) for each in self._cells])

    def frames(self, now_ms: int) -> "list[bytes]":
        """What is to be sent now."""
        due = [(n, cell) for n, cell in enumerate(self._cells) if cell.is_due(now_ms)]
        return [encode(self._first + n, cell.state, cell.weight_mg) for n, cell in due]
