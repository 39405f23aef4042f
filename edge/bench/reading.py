"""Measures readers on pictures: ours, plain pyzbar and plain zxing-cpp, on the same pictures in the same run."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from edge.bench.judging import Verdict, judge
from edge.bench.pictures import Picture, UnreadablePicture, load
from edge.bench.quiet import quiet
from firmware.barcode import Frame, as_grey, read_every, read_symbols

Reader = Callable[[Frame], list[str]]
"""From a frame (blue, green, red) to the texts on it."""


@dataclass(frozen=True)
class Tally:
    """How one reader did on some pictures."""

    images: int
    """Pictures with something to read."""
    read_pct: float
    misread: int
    """Of those: something was read, but not what is there."""
    negatives: int
    """Pictures with nothing to read."""
    negative_reads: int
    """Of those: something was read."""
    cpu_ms_mean: float
    """Processor time for one picture of either kind."""


@dataclass(frozen=True)
class Result(Tally):
    """How one reader did, in all and by group."""

    by_symbology: dict[str, Tally]


@dataclass(frozen=True)
class Measured:
    """All readers on one set."""

    ours: Result
    pyzbar: Result
    zxing: Result
    cpu_ratio: float
    """Our processor time to pyzbar's."""
    unreadable: list[str] = field(default_factory=list)
    """What is wrong with each file that was left out."""


@dataclass(frozen=True)
class _Look:
    group: str
    negative: bool
    verdict: Verdict
    cpu_s: float


def read_ours(frame: Frame) -> list[str]:
    """Every symbology that we know, no gate on lengths."""
    return [symbol.text for symbol in read_every(frame)]


def read_as_station(frame: Frame) -> list[str]:
    """What a station reads unless told otherwise."""
    return [symbol.text for symbol in read_symbols(frame)]


def read_pyzbar(frame: Frame) -> list[str]:
    """ZBar with its own settings."""
    return [_text(result.data) for result in pyzbar.decode(as_grey(frame))]


def read_zxing(frame: Frame) -> list[str]:
    """zxing-cpp with its own settings."""
    results = zxingcpp.read_barcodes(as_grey(frame), text_mode=zxingcpp.TextMode.Plain)
    return [result.text for result in results]


def measure(
    pictures: Sequence[Picture], ours: Reader = read_ours, on_done: Callable[[], None] = lambda: None
) -> Measured:
    """Read each picture with each reader, on one thread.

    Args:
        pictures: At least one.
        ours: Our reader.
        on_done: Called after each picture.

    Raises: UnreadablePicture, if there is no other picture.
    """
    cv2.setNumThreads(1)
    readers: dict[str, Reader] = {"ours": ours, "pyzbar": read_pyzbar, "zxing": read_zxing}
    for reader in readers.values():
        reader(np.zeros((64, 64, 3), np.uint8))
    looks: dict[str, list[_Look]] = {name: [] for name in readers}
    unreadable: list[UnreadablePicture] = []
    for picture in pictures:
        try:
            with quiet():
                frame = load(picture)
        except UnreadablePicture as error:
            unreadable.append(error)
        else:
            for name, reader in readers.items():
                looks[name].append(_look(picture, frame, reader))
        on_done()
    if len(unreadable) == len(pictures):
        raise unreadable[0]
    results = {name: _result(looks[name]) for name in readers}
    ratio = results["ours"].cpu_ms_mean / results["pyzbar"].cpu_ms_mean
    return Measured(**results, cpu_ratio=round(ratio, 3), unreadable=[str(error) for error in unreadable])


def _look(picture: Picture, frame: Frame, reader: Reader) -> _Look:
    with quiet():
        began_s = time.process_time()
        texts = reader(frame)
        cpu_s = time.process_time() - began_s
    return _Look(picture.group, picture.truth is None, judge(picture, texts), cpu_s)


def _result(looks: Sequence[_Look]) -> Result:
    groups: defaultdict[str, list[_Look]] = defaultdict(list)
    for look in looks:
        groups[look.group].append(look)
    in_all = _tally(looks)
    return Result(**vars(in_all), by_symbology={name: _tally(group) for name, group in sorted(groups.items())})


def _tally(looks: Sequence[_Look]) -> Tally:
    with_truth = [look for look in looks if not look.negative]
    empty = [look for look in looks if look.negative]
    read = sum(look.verdict == "read" for look in with_truth)
    return Tally(
        images=len(with_truth),
        read_pct=round(100 * read / len(with_truth), 2) if with_truth else 0.0,
        misread=sum(look.verdict == "misread" for look in with_truth),
        negatives=len(empty),
        negative_reads=sum(look.verdict != "nothing" for look in empty),
        cpu_ms_mean=round(1000 * sum(look.cpu_s for look in looks) / len(looks), 3),
    )


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
