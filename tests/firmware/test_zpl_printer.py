"""The driver of a label printer against a server that plays what a printer can do, at a real port."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.errors import FirmwareError
from firmware.printer import lines, zpl
from firmware.printer.lines import UsbLine
from firmware.printer.zpl import LabelPrinter, NothingSent, PrinterFault, network_printer, parse_status, usb_printer
from firmware.twin.label_printer import LabelPrinterTwin
from firmware.twin.pty_port import PtyPort
from tests.waiting import wait_until

LABEL = "^XA^CI28\n^FO40,40^A0N,60^FH^FDShoe for Zoë^FS\n^XZ\n"
READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
TIMEOUT_S = 0.3


def status(*, at: int, string: int = 0, field: bytes = b"1") -> bytes:
    """The ready status with one field of one string changed."""
    strings = READY.split(b"\r\n")[:3]
    fields = strings[string][1:-1].split(b",")
    fields[at] = field
    strings[string] = b"\x02" + b",".join(fields) + b"\x03"
    return b"\r\n".join(strings) + b"\r\n"


FAULTS = [
    (status(at=1), "out of paper"),
    (status(at=2), "paused"),
    (status(at=5), "its buffer is full"),
    (status(at=10), "the head is too cold"),
    (status(at=11), "the head is too hot"),
    (status(at=2, string=1), "the head is open"),
    (status(at=3, string=1), "out of ribbon"),
]


class PlayedPrinter:
    """A server that answers each ``~HS`` by its script, the last answer for ever; None: no answer."""

    def __init__(self, *answers: bytes | None, hang_up_after: int | None = None) -> None:
        self.heard = b""
        self.asked = 0
        self._answers = answers
        self._hang_up_after = hang_up_after
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with line:
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while part := line.recv(65536):
            self.heard += part
            while self.heard.count(b"~HS") > self.asked:
                answer = self._answers[min(self.asked, len(self._answers) - 1)]
                self.asked += 1
                if answer is not None:
                    line.sendall(answer)
                if self.asked == self._hang_up_after:
                    return

    def close(self) -> None:
        """End it: shutdown wakes the thread that waits in accept."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(2)


Play = Callable[..., tuple[PlayedPrinter, LabelPrinter]]


@pytest.fixture
def play() -> Iterator[Play]:
    played = []

    def start(*answers: bytes | None, hang_up_after: int | None = None) -> tuple[PlayedPrinter, LabelPrinter]:
        server = PlayedPrinter(*answers, hang_up_after=hang_up_after)
        played.append(server)
        return server, network_printer("127.0.0.1", server.port, TIMEOUT_S)

    yield start
    for server in played:
        server.close()


def test_a_ready_printer_takes_a_label_as_it_is_between_two_questions(play: Play) -> None:
    server, printer = play(READY)
    printer.print(LABEL)
    assert server.heard == b"~HS" + LABEL.encode() + b"~HS"


@pytest.mark.parametrize(("answer", "words"), FAULTS)
def test_nothing_is_sent_to_a_printer_that_is_not_ready(play: Play, answer: bytes, words: str) -> None:
    server, printer = play(answer)
    with pytest.raises(NothingSent, match=f"{words}; nothing was sent"):
        printer.print(LABEL)
    assert server.heard == b"~HS"


@pytest.mark.parametrize(("answer", "words"), FAULTS)
def test_a_fault_after_the_label_was_sent_is_no_print(play: Play, answer: bytes, words: str) -> None:
    _, printer = play(READY, answer)
    with pytest.raises(PrinterFault, match=f"{words} after the label was sent") as raised:
        printer.print(LABEL)
    assert not isinstance(raised.value, NothingSent)


@pytest.mark.parametrize("answers", [(None,), (READY, None)])
def test_no_answer_in_time_is_a_fault_that_says_where_to_look(play: Play, answers: tuple[bytes | None, ...]) -> None:
    _, printer = play(*answers)
    with pytest.raises(PrinterFault, match="no answer in time: look for paper, ribbon, an open head"):
        printer.print(LABEL)


def test_a_label_counts_when_none_is_left_to_print(play: Play) -> None:
    server, printer = play(READY, status(at=4, field=b"001"), status(at=8, string=1, field=b"00000001"), READY)
    printer.print(LABEL)
    assert server.asked == 4


def test_a_label_that_stays_in_the_printer_is_a_fault(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zpl, "PRINT_ASK_EVERY_S", 0.01)
    server, printer = play(READY, status(at=4, field=b"003"))
    with pytest.raises(PrinterFault, match="3 labels still to print"):
        printer.print(LABEL)
    assert server.asked == 1 + zpl.PRINT_ASKS_MAX


@pytest.mark.parametrize("hang_up_after", [1, 2])
def test_a_line_that_breaks_is_a_fault(play: Play, hang_up_after: int) -> None:
    _, printer = play(READY, None, hang_up_after=hang_up_after)
    with pytest.raises(PrinterFault):
        printer.print(LABEL)


def test_no_printer_at_the_port_is_a_fault_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(NothingSent, match=f"printer 127.0.0.1:{port}: expected a printer, got"):
        network_printer("127.0.0.1", port, TIMEOUT_S).print(LABEL)


def test_a_status_that_comes_in_pieces_is_put_together(play: Play) -> None:
    # the second piece answers a question that is never asked: it comes with the first one's tail
    _, printer = play(READY[:20] + READY[20:50] + READY[50:])
    assert printer.status().fault == ""


def test_a_printer_fault_is_a_firmware_error() -> None:
    assert issubclass(PrinterFault, FirmwareError)


def test_a_golden_status_is_read() -> None:
    read = parse_status(READY)
    assert read.fault == ""
    assert read.labels_left == 0
    assert parse_status(status(at=4, field=b"012")).labels_left == 12
    assert parse_status(status(at=8, string=1, field=b"00000007")).labels_left == 7


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\x02\x03",
        READY[:-12],
        READY.replace(b"\x03", b"", 1),
        READY.replace(b"\x02", b"", 1),
        status(at=1, field=b"x"),
        status(at=1, field=b""),
        status(at=4, field=b"-01"),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_half_a_status_is_a_fault_and_never_ready(reply: bytes) -> None:
    with pytest.raises(PrinterFault, match="Host status"):
        parse_status(reply)


@given(st.binary(max_size=120), st.integers(0, len(READY)))
def test_garbage_is_a_fault_and_nothing_else(garbage: bytes, place: int) -> None:
    for reply in (garbage, READY[:place] + garbage + READY[place:], READY[:place]):
        try:
            parse_status(reply)
        except PrinterFault as fault:
            assert "Host status" in str(fault)


@pytest.mark.parametrize("host", ["printer..local", "x" * 64 + ".local"])
def test_a_host_that_no_name_server_can_be_asked_for_is_a_fault_of_the_printer(host: str) -> None:
    printer = network_printer(host, 9100, TIMEOUT_S)
    with pytest.raises(PrinterFault, match="expected a printer, got"):
        printer.print(LABEL)


@pytest.fixture
def twin() -> Iterator[LabelPrinterTwin]:
    printer = LabelPrinterTwin()
    yield printer
    printer.close()


def test_a_printer_on_usb_prints_as_one_on_the_network(twin: LabelPrinterTwin) -> None:
    for printer in (usb_printer(twin.device, TIMEOUT_S), network_printer("127.0.0.1", twin.port, TIMEOUT_S)):
        printer.print(LABEL)
        label = twin.take()
        assert label is not None and label.zpl.strip() == LABEL.strip()


def test_a_printer_on_usb_without_paper_says_nothing_and_gets_nothing(twin: LabelPrinterTwin) -> None:
    printer = usb_printer(twin.device, TIMEOUT_S)
    twin.paper_out = True
    with pytest.raises(NothingSent, match="no answer in time: look for paper"):
        printer.print(LABEL)
    twin.paper_out = False
    printer.print(LABEL)
    assert twin.waiting == 1, "what was not sent does not come out when there is paper"


def test_what_a_printer_on_usb_said_to_somebody_before_is_no_answer(twin: LabelPrinterTwin) -> None:
    with closing(UsbLine(twin.device, TIMEOUT_S)) as line:
        line.send(b"~HS")
        wait_until(line.waits, 2, "an answer that nobody reads")
        twin.paused = True
    with pytest.raises(NothingSent, match="paused; nothing was sent"):
        usb_printer(twin.device, TIMEOUT_S).print(LABEL)


def test_no_printer_at_the_device_is_a_fault_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(NothingSent, match=f"printer {tmp_path}/lp0: expected a printer, got: .*No such file"):
        usb_printer(f"{tmp_path}/lp0", TIMEOUT_S).print(LABEL)


def test_a_printer_on_usb_that_takes_nothing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "WRITE_TIMEOUT_S", 0.2)
    deaf = PtyPort()
    try:
        with closing(UsbLine(deaf.path, TIMEOUT_S)) as line, pytest.raises(TimeoutError, match="it took nothing for"):
            line.send(b"^" * 1_000_000)
    finally:
        deaf.close()


class Broken(UsbLine):
    """A device that fails while what it said before is read."""

    def _read(self) -> bytes:
        raise OSError("Input/output error")


def test_a_device_that_fails_while_it_is_opened_is_let_go_of(twin: LabelPrinterTwin) -> None:
    with closing(UsbLine(twin.device, TIMEOUT_S)) as line:
        line.send(b"~HS")
        wait_until(line.waits, 2, "an answer that nobody reads")
        open_files = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            with pytest.raises(OSError, match="Input/output error"):
                Broken(twin.device, TIMEOUT_S)
        assert len(list(Path("/proc/self/fd").iterdir())) == open_files
