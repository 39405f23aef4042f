"""``shelflight-edge device adopt`` and ``shelflight-edge outbox send``: a board is replaced, nothing is lost."""

import secrets
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from msgspec import json

from edge.contract.site import BadSite, load_site

NOT_DONE = 1
BAD_CONFIGURATION = 2
IN_USE = 4

SiteDirectory = Annotated[Path, typer.Option("--site", help="The site's directory.")]
BrokerAddress = Annotated[str, typer.Option(help="HOST:PORT instead of the site's broker.")]
DEFAULT_SITE = Path("/etc/shelflight/site")


def adopt(
    label: Annotated[str, typer.Argument(help="The station's label, or the old board's; asked for if not given.")] = "",
    site: SiteDirectory = DEFAULT_SITE,
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox.")] = Path("/var/lib/shelflight"),
    broker: BrokerAddress = "",
    even_if_online: Annotated[bool, typer.Option(help="Put out a board that has the name and is online.")] = False,
) -> None:
    """Make this board a station: it takes over the name, the bins and the tasks of the board that had it.

    Exit codes: 0 done, 1 not (the words say why), 2 the configuration is wrong, 4 an agent is running here.
    """
    from edge.alone import AlreadyRunning, alone
    from edge.broker_option import broker_of
    from edge.commissioning.adopting import NotAdopted, adoption, ask_broker
    from edge.commissioning.site_edit import write_whole
    from edge.identity import ADOPTED, BadAdoption, adopted, board_id

    try:
        loaded = load_site(site)
        where = broker_of(broker, loaded.file.broker)
        mine = board_id(data, lambda: secrets.token_hex(16))
        before = adopted(data)
        text = label or _scanned(mine)
        known = ask_broker(loaded.file.name, where, f"{loaded.file.name}-adopt-{mine}")
        bins = {bin_.name: name for name, station in loaded.stations.items() for bin_ in station.bins}
        made = adoption(text, mine, loaded.stations.keys(), bins, known, even_if_online=even_if_online)
        running = made.station if before is None else before.station
        with alone(data / f"{running}.lock", f"an agent of {running}", "Stop it first."):
            write_whole(data / ADOPTED, json.encode(made).decode())
    except (BadSite, BadAdoption) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    except AlreadyRunning as error:
        raise _fail(error, IN_USE) from None
    except NotAdopted as error:
        raise _fail(error, NOT_DONE) from None
    except OSError as error:
        raise _fail(f"--data {data}: expected to write there, got: {error}. Use sudo?", BAD_CONFIGURATION) from None
    old = known.holders.get(made.station)
    was = f", which was board {old.board}" if old is not None and old.board != mine else ""
    print(f"This board, {mine}, is {made.station} now{was}. Start it: systemctl start shelflight-station")
    if was:
        print("The old card may hold facts that were not told. Put it into a card reader of any machine here, and run:")
        print(f"  shelflight-edge outbox send --station {made.station} --data CARD/var/lib/shelflight")


def send(
    station: Annotated[str, typer.Option(help="Whose outbox it is.")],
    data: Annotated[Path, typer.Option(help="The directory of the outbox, such as that of an old card.")],
    site: SiteDirectory = DEFAULT_SITE,
    broker: BrokerAddress = "",
    patience: Annotated[float, typer.Option(help="Give up when nothing moves for so many seconds.", min=1)] = 30,
) -> None:
    """Deliver the facts that an outbox still holds, such as those of an old card; each is booked once.

    Running it twice changes nothing. Exit codes: 0 everything is delivered, 1 not all (the rest stays on the card),
    2 the configuration is wrong or there is no outbox, 4 an agent uses it.
    """
    from edge.alone import AlreadyRunning, alone
    from edge.broker_option import broker_of
    from edge.ending import on_end
    from edge.left_over import Delivery
    from edge.main import monotonic_us, wall_us
    from edge.outbox import Outbox, OutboxDamaged

    file = data / f"{station}.db"
    ended = threading.Event()
    try:
        loaded = load_site(site)
        loaded.station(station)
        where = broker_of(broker, loaded.file.broker)
        if not file.is_file():
            raise BadSite(f"{file}: expected the outbox of {station}, there is none. Is --data the card's directory?")
        on_end(ended.set)
        with alone(data / f"{station}.lock", f"an agent of {station}", "End that one: it delivers them itself."):
            outbox = Outbox(
                file,
                new_id=lambda: secrets.token_hex(16),
                wall_us=wall_us,
                monotonic_us=monotonic_us,
                boot_id="",
                synced=lambda: False,
            )
            try:
                had = outbox.unacknowledged
                delivery = Delivery(loaded.file.name, station, where, outbox, monotonic_us)
                left = delivery.run(patience, ended)
            finally:
                outbox.close()
    except AlreadyRunning as error:
        raise _fail(error, IN_USE) from None
    except (BadSite, OutboxDamaged, OSError) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    print(f"{station}: {had - left} of {had} facts delivered")
    if left:
        why = delivery.why or "is the hub running? Its log and its list of exceptions say what it does not take."
        raise _fail(f"{left} facts are still on the card; run this again. {why}", NOT_DONE)


def _scanned(board: str) -> str:
    print(f"This board is {board}. Scan the label of the station that it shall be, or of the board that it replaces,")
    print("or type it, and press Enter:", flush=True)
    return sys.stdin.readline()


def _fail(error: object, code: int) -> typer.Exit:
    print(error, file=sys.stderr)
    return typer.Exit(code)


outbox_app = typer.Typer(help="What a station has not told the hub yet.", no_args_is_help=True)


@outbox_app.callback()
def outbox_root() -> None:
    """What a station has not told the hub yet."""


outbox_app.command()(send)
