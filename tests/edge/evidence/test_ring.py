"""A ring of pictures: bounded, the oldest thrown away first, and what lies there is found again after a restart."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.evidence.note import NoNote, Note, note_of, with_note
from edge.evidence.ring import NotKept, Ring

JPEG = b"\xff\xd8\xff\xd9"


def picture(number: int) -> str:
    return f"{number:016x}"


def noted(number: int, size: int = 0) -> bytes:
    note = Note(picture=picture(number), station="pack-1", why="read", wall_us=number, text="TOTE-0001")
    return with_note(JPEG, note) + bytes(size)


def ring_in(directory: Path, *, count_max: int = 5, bytes_max: int = 100_000, free_bytes_min: int = 0) -> Ring:
    return Ring(directory / "ring", count_max=count_max, bytes_max=bytes_max, free_bytes_min=free_bytes_min)


def kept(ring: Ring) -> list[int]:
    return [note.wall_us for note, _ in ring.notes()]


def test_a_picture_is_given_back_as_it_was_kept(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    ring.keep(picture(1), noted(1))
    assert ring.jpeg(picture(1)) == noted(1)
    assert ring.jpeg(picture(2)) is None


def test_beyond_the_count_the_oldest_goes_first(tmp_path: Path) -> None:
    ring = ring_in(tmp_path, count_max=3)
    for number in range(1, 6):
        ring.keep(picture(number), noted(number))
    assert kept(ring) == [3, 4, 5]
    assert ring.jpeg(picture(1)) is None


def test_after_a_restart_the_ring_goes_on_where_it_was(tmp_path: Path) -> None:
    for number in range(1, 8):
        ring_in(tmp_path, count_max=3).keep(picture(number), noted(number))
    assert kept(ring_in(tmp_path, count_max=3)) == [5, 6, 7]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 6_000), max_size=30))
def test_never_more_bytes_lie_there_than_may(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    directory = tmp_path_factory.mktemp("ring")
    ring = ring_in(directory, count_max=10, bytes_max=10_000)
    for number, size in enumerate(sizes, 1):
        ring.keep(picture(number), noted(number, size))
        lying = [path.stat().st_size for path in (directory / "ring").iterdir()]
        assert sum(lying) <= 10_000
        assert len(lying) <= 10
        assert kept(ring)[-1] == number, "the newest is kept"


def test_what_was_torn_or_is_not_ours_is_left_out(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    ring.keep(picture(1), noted(1))
    (tmp_path / "ring" / f"0000000002-{picture(2)}.jpg").write_bytes(b"")
    (tmp_path / "ring" / "holiday.jpg").write_bytes(JPEG)
    assert kept(ring_in(tmp_path)) == [1]


def test_a_card_that_is_nearly_full_is_left_to_the_facts(tmp_path: Path) -> None:
    ring = ring_in(tmp_path, free_bytes_min=1 << 60)
    with pytest.raises(NotKept, match="which facts need"):
        ring.keep(picture(1), noted(1))
    assert kept(ring) == []


def test_a_directory_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ring").write_text("in the way")
    with pytest.raises(NotKept, match=r"expected to keep a picture there, got: Not a directory\. Facts are kept apart"):
        ring_in(tmp_path).keep(picture(1), noted(1))


@given(st.text(max_size=4000))
def test_a_picture_says_of_itself_what_it_shows(text: str) -> None:
    note = Note(picture=picture(1), station="pack-1", why="outvoted", wall_us=1, text=text)
    found = note_of(with_note(JPEG, note))
    assert (found.picture, found.why) == (note.picture, "outvoted")
    assert text.startswith(found.text)


@pytest.mark.parametrize("other", [b"", JPEG, b"\xff\xd8\xff\xfe\x00\x06moin", b"\xff\xd8\xff\xfe"])
def test_what_is_no_picture_of_ours_is_refused(other: bytes) -> None:
    with pytest.raises(NoNote, match="Expected"):
        note_of(other)
