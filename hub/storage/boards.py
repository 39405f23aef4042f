"""Which board has a station's name: one at a time, whoever took it over last."""

from sqlalchemy import Connection, select

from hub.storage import exceptions
from hub.storage.transaction import Tx
from hub.storage.work_tables import board


def holder_of(connection: Connection, station: str) -> tuple[str, int] | None:
    """The board that has a station's name, and its claim; None if no board has told its identity yet."""
    row = connection.execute(select(board.c.board, board.c.claim).where(board.c.station == station)).one_or_none()
    return None if row is None else (row.board, row.claim)


def claim_name(tx: Tx, station: str, who: str, claim: int) -> bool:
    """Whether a board has a station's name, which it takes if nobody has it or its claim is the greater one.

    An older station does not say which board it is, and is believed. A negative claim is none. A board that goes by a
    name which another one has is shown on the list of exceptions, with both.
    """
    if not who and claim >= 0:
        return True
    held = holder_of(tx.connection, station)
    if held is not None and held[0] == who and claim <= held[1]:
        return claim >= 0
    if claim < 0:
        return False
    if held is not None and held[0] != who and claim <= held[1]:
        exceptions.open_once(
            tx,
            "two_boards",
            station,
            f"Board {who} goes by the name {station}, which board {held[0]} has: it is shut out, its bins stay dark.",
            ref_kind="board",
            ref_id=who,
        )
        return False
    tx.connection.execute(board.delete().where(board.c.station == station))
    tx.connection.execute(board.insert().values(station=station, board=who, claim=claim, since_us=tx.now_us))
    exceptions.close(tx, "two_boards", station, f"board {who} took over", ref_kind="board", ref_id=who)
    return True
