"""Which reads are believed, and how often they are told."""

from firmware.barcode import Symbol
from firmware.camera.voting import GONE_AFTER_FRAMES, GONE_AFTER_US, Voting

FRAME_US = 50_000


class Film:
    """Frames of reads, one after the other, 50 ms apart."""

    def __init__(self, word: bool | None = True) -> None:
        self.voting = Voting()
        self.word = word
        self.now_us = 1_000_000

    def frame(self, *texts: str, expected: tuple[str, ...] = (), symbology: str = "Code128") -> list[str]:
        """One frame with these reads; the texts that were told with it."""
        self.now_us += FRAME_US
        symbols = [Symbol(text, symbology, ((0, 0), (9, 0), (9, 9), (0, 9))) for text in texts]
        return [s.text for s in self.voting.take(symbols, expected, self.now_us, lambda _: self.word)]


def test_an_expected_text_is_told_with_its_second_frame() -> None:
    film = Film()
    assert [film.frame("TOTE-0001", expected=("TOTE-0001",)) for _ in range(2)] == [[], ["TOTE-0001"]]


def test_an_unexpected_text_is_told_with_its_third_frame() -> None:
    film = Film()
    assert [film.frame("TOTE-0001") for _ in range(3)] == [[], [], ["TOTE-0001"]]


def test_the_frames_need_not_follow_each_other() -> None:
    film = Film()
    told = [film.frame("A123"), film.frame(), film.frame("A123"), film.frame(), film.frame("A123")]
    assert told == [[], [], [], [], ["A123"]]


def test_two_misreads_of_five_frames_are_believed_by_nobody() -> None:
    film = Film()
    assert [film.frame(*texts) for texts in ((), ("A123",), (), ("A123",), ())] == [[]] * 5


def test_a_read_older_than_the_window_counts_no_more() -> None:
    film = Film()
    film.frame("A123", expected=("A123",))
    for _ in range(5):
        film.frame()
    assert film.frame("A123", expected=("A123",)) == []


def test_three_frames_are_enough_where_the_second_reader_is_silent() -> None:
    film = Film(word=None)
    assert [film.frame("A123") for _ in range(4)] == [[], [], ["A123"], []]


def test_a_text_that_the_second_reader_contradicts_is_never_told() -> None:
    film = Film(word=False)
    assert [film.frame("A123") for _ in range(20)] == [[]] * 20


def test_a_symbol_with_error_correction_is_told_at_once() -> None:
    assert Film(word=None).frame("x", symbology="DataMatrix") == ["x"]


def test_a_symbol_that_stays_is_told_once() -> None:
    film = Film()
    told = [film.frame("A123", symbology="QRCode") for _ in range(100)]
    assert told == [["A123"]] + [[]] * 99


def test_a_few_blurred_frames_are_no_leaving() -> None:
    film = Film()
    film.frame("A123", symbology="QRCode")
    for _ in range(GONE_AFTER_US // FRAME_US - 1):
        film.frame()
    assert film.frame("A123", symbology="QRCode") == []


def test_a_symbol_that_left_and_came_back_is_told_again() -> None:
    film = Film()
    film.frame("A123", symbology="QRCode")
    for _ in range(GONE_AFTER_US // FRAME_US + GONE_AFTER_FRAMES):
        film.frame("B456")
    assert film.frame("A123", symbology="QRCode") == ["A123"]


def test_an_empty_view_ends_every_passing() -> None:
    film = Film()
    film.frame("A123", symbology="QRCode")
    film.voting.emptied()
    assert film.frame("A123", symbology="QRCode") == ["A123"]


def test_two_symbols_in_one_frame_are_both_told() -> None:
    film = Film()
    assert film.frame("A123", "B456", symbology="QRCode") == ["A123", "B456"]


def test_a_pause_of_the_camera_alone_is_no_leaving() -> None:
    film = Film()
    film.frame("A123", symbology="QRCode")
    film.now_us += 5_000_000
    assert film.frame("A123", symbology="QRCode") == []
