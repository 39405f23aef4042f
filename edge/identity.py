"""What a station's agent says it is."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

SERIAL = Path("/sys/firmware/devicetree/base/serial-number")
"""Where a Raspberry Pi says its serial number. Source: Devicetree Specification 0.4, 2.3 (serial-number)."""
NEW_BOARD = "board"
"""The file of a machine without a serial number: an id that was drawn for it."""
ADOPTED = "station.json"
_ID = re.compile(r"[0-9a-z-]{4,64}")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the agent says it is."""

    version: str
    simulated: bool
    places: tuple[str, ...]
    """Every light there is: bins, and the beacon."""
    board: str = ""
    """The board that it runs on."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Which board goes by a station's name, and by what right."""

    board: str = ""
    claim: int = 0


class Adopted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which station this board was made, as it is kept in the data directory."""

    station: str
    claim: int


class BadAdoption(ValueError):
    """The file that says which station this board is cannot be used; the text says what to do."""


def board_id(data: Path, new_id: Callable[[], str], serial: Path = SERIAL) -> str:
    """The identity of this board: its serial number, or where it has none an id that stays in the data directory.

    A card that is put into another board, or copied, tells another serial number.

    Raises: OSError, the data directory cannot be written.
    """
    try:
        told = serial.read_text("ascii", "replace").strip("\0 \n").lower()
    except OSError:
        told = ""
    if _ID.fullmatch(told) and set(told) != {"0"}:
        return told
    file = data / NEW_BOARD
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        mine = data / f".{NEW_BOARD}.{os.getpid()}"
        mine.write_text(new_id()[:16] + "\n", "ascii")
        try:
            os.link(mine, file)
        except FileExistsError:
            pass  # another station of this machine was faster: it is the same board
        finally:
            mine.unlink()
    return file.read_text("ascii").strip()


def adopted(data: Path) -> Adopted | None:
    """Which station this board was made; None if none yet. Raises: BadAdoption."""
    file = data / ADOPTED
    try:
        return msgspec.json.decode(file.read_bytes(), type=Adopted)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise BadAdoption(
            f"{file}: expected which station this board is, got: {error}. Remove it and run"
            " shelflight-edge device adopt."
        ) from error


def claim_of(data: Path, station: str, board: str) -> Claim:
    """By what right this board goes by a station's name. Raises: BadAdoption."""
    known = adopted(data)
    return Claim(board=board, claim=known.claim if known is not None and known.station == station else 0)
