"""``shelflight``: the commands of the hub."""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from edge.contract.site import BadSite, Broker, load_site
from edge.version_option import Version
from hub.bench.allocation_command import allocation
from hub.bench.batching_command import batching
from hub.bench.cartons_command import cartons
from hub.bench.policies_command import policies
from hub.bench.release_command import release
from hub.bench.restock_command import restock
from hub.bench.shortage_command import shortage
from hub.bench.slotting_command import slotting
from hub.carriers.commands import carrier_app
from hub.import_command import import_orders
from hub.paper_command import paper_picks
from hub.replay.command import replay
from hub.restock_command import restock_app
from hub.site.labels_command import labels
from hub.stock_command import stock_app
from hub.token_command import token_app
from hub.web_shop_command import shop_app

if TYPE_CHECKING:
    from hub.storage.database import Where

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
site_app = typer.Typer(help="A site's files.", no_args_is_help=True)
orders_app = typer.Typer(help="Orders.", no_args_is_help=True)
ledger_app = typer.Typer(help="The ledger.", no_args_is_help=True)
bench_app = typer.Typer(help="Benchmarks: ratios within one run against a named floor.", no_args_is_help=True)
app.add_typer(site_app, name="site")
app.add_typer(orders_app, name="orders")
app.add_typer(ledger_app, name="ledger")
app.add_typer(bench_app, name="bench")
app.add_typer(token_app, name="token")
app.add_typer(restock_app, name="restock")
app.command("replay")(replay)
app.add_typer(shop_app, name="shop")
app.add_typer(stock_app, name="stock")
app.add_typer(carrier_app, name="carrier")

FAILED = 1
BAD_CONFIGURATION = 2
IN_USE = 4

SiteDirectory = Annotated[Path, typer.Option("--site", help="The site's directory.")]
DataDirectory = Annotated[Path, typer.Option("--data", help="Where the database is.")]
DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="SHELFLIGHT_DATABASE",
        help="A database of PostgreSQL as postgresql://USER@HOST/NAME instead of a file in --data; its password from"
        " ~/.pgpass.",
    ),
]
DEFAULT_SITE = Path("/etc/shelflight/site")
DEFAULT_DATA = Path("/var/lib/shelflight")


def _fail(error: object, code: int) -> typer.Exit:
    print(error, file=sys.stderr)
    return typer.Exit(code)


@app.callback()
def root(_version: Version = False) -> None:
    """The software of a warehouse floor that runs on Raspberry Pis."""


@app.command()
def hub(
    site: SiteDirectory = DEFAULT_SITE,
    data: DataDirectory = DEFAULT_DATA,
    database: DatabaseUrl = "",
    port: Annotated[int, typer.Option(help="Port of the web pages, on loopback.", min=0, max=65535)] = 8080,
    broker: Annotated[str, typer.Option(help="HOST:PORT instead of the site's broker.")] = "",
    clock: Annotated[
        str, typer.Option(help="Business time as START_US@WALL_US*SPEED[<UNTIL_US]; the wall's if not given.")
    ] = "",
) -> None:
    """Run the hub until it is told to stop.

    Exit codes: 0 stopped, 2 the configuration or the database is wrong, 4 the web port is taken, or another hub runs
    on the same data.
    """
    from edge.alone import AlreadyRunning
    from hub.clock import BusinessClock
    from hub.main import run_hub
    from hub.ports import PortInUse
    from hub.site.catalogue import load_catalogue
    from hub.site.check import check_site

    if errors := [finding for finding in check_site(site) if finding.level == "error"]:
        raise _fail("\n".join(finding.text for finding in errors), BAD_CONFIGURATION)
    _must_be_directory(data)
    try:
        loaded = load_site(site)
        where = _broker(broker, loaded.file.broker) if broker else loaded.file.broker
        time = BusinessClock.parse(clock) if clock else BusinessClock.real()
        run_hub(
            loaded,
            load_catalogue(site),
            data=data,
            database=_where(data, database),
            broker=where,
            clock=time,
            port=port,
        )
    except (BadSite, ValueError) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    except (AlreadyRunning, PortInUse) as error:
        raise _fail(error, IN_USE) from None
    except PermissionError as error:
        raise _fail(f"--data {data}: expected to write there, got: {error}.", BAD_CONFIGURATION) from None


@app.command()
def demo(
    orders_from: Annotated[Path | None, typer.Option(help="CSV of a day's order lines instead of the demo's.")] = None,
    orders: Annotated[int, typer.Option(help="Only the day's first so many orders; 0: all.", min=0)] = 0,
    speed: Annotated[str, typer.Option(help="How many times faster than the clock, or max.")] = "150",
    pickers: Annotated[int, typer.Option(help="How many pickers work.", min=1, max=3)] = 3,
    seed: Annotated[int, typer.Option(help="Seed of everything simulated.")] = 1,
    fault_rate: Annotated[
        float,
        typer.Option(
            help="How often people err, for each pick; what weight or a scan cannot show stays wrong.", min=0.0, max=1.0
        ),
    ] = 0.0,
    report: Annotated[Path | None, typer.Option(help="Write the day's figures to this JSON file.")] = None,
    world: Annotated[Path | None, typer.Option(help="Write what really happened to this JSON file.")] = None,
    keep_running: Annotated[bool, typer.Option(help="Stay up after the day, even without a terminal.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the day's files in this unused directory.")] = None,
    port: Annotated[int, typer.Option(help="Port of the dashboard; 0: a free one.", min=0, max=65535)] = 0,
) -> None:
    """Work one real trading day off: broker, hub, stations and simulated people, all on this machine.

    Exit codes: 0 the day was worked, every invariant holds and the book is what lies there; 1 not so, but where people
    erred (--fault-rate, or a visitor) the book may differ from what lies there; 2 bad input, a used directory or no
    broker; 4 the port is taken, or a demo runs in the directory; 130 interrupted.
    """
    from edge.alone import AlreadyRunning
    from hub.demo.command import run_demo
    from hub.demo.day import DEFAULT_ORDERS, Day, DirectoryUsed, Options
    from hub.demo.processes import ProgramMissing
    from hub.order_import import BadOrderFile, read_orders
    from hub.ports import PortInUse

    for file in (report, world):
        _must_be_writable(file)
    if data is not None:
        _must_be_directory(data)
    try:
        parsed = read_orders(DEFAULT_ORDERS if orders_from is None else orders_from)
        pace = _speed(speed)
    except (BadOrderFile, ValueError) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    for bad in parsed.bad:
        print(f"left out: {bad}", file=sys.stderr)
    if not parsed.orders:
        raise _fail("Expected at least one sale line, found none.", BAD_CONFIGURATION)
    if orders:
        parsed = replace(parsed, orders=parsed.orders[:orders])
    options = Options(
        orders=parsed, speed=pace, pickers=pickers, seed=seed, fault_rate=fault_rate, data=data, port=port
    )
    try:
        code = run_demo(Day(options, print), report=report, world=world, keep_running=keep_running)
    except (ProgramMissing, BadSite, DirectoryUsed) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    except (AlreadyRunning, PortInUse) as error:
        raise _fail(error, IN_USE) from None
    raise typer.Exit(code)


def _must_be_directory(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise _fail(f"--data {data}: expected a directory to write in, got: {error}.", BAD_CONFIGURATION) from None


def _must_be_writable(file: Path | None) -> None:
    """A long run must not fail at its end for want of a directory."""
    if file is None:
        return
    try:
        file.open("ab").close()
    except OSError as error:
        raise _fail(f"{file}: expected a file that can be written, got: {error}.", BAD_CONFIGURATION) from None


def _speed(text: str) -> float:
    if text == "max":
        return float("inf")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 10_000:
        raise ValueError(f"--speed: expected a number from 0.1 to 10000, or max, got '{text}'.")
    return value


@site_app.command("check")
def check(config: Annotated[Path, typer.Argument(help="The site's directory.")]) -> None:
    """Check a site's files. Exit codes: 0 nothing wrong (warnings may be), 2 errors."""
    from hub.site.check import check_site, has_errors

    findings = check_site(config)
    for finding in findings:
        print(f"{finding.level}: {finding.text}")
    if has_errors(findings):
        raise typer.Exit(BAD_CONFIGURATION)
    print(f"{config}: no errors, {len(findings)} warnings.")


site_app.command("labels")(labels)
app.command("paper-picks")(paper_picks)


orders_app.command("import")(import_orders)


@bench_app.command("latency")
def bench_latency(
    samples: Annotated[int, typer.Option(help="How many lights to measure.", min=5, max=1000)] = 60,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """From a confirmed pick to the next light at another bay, against one MQTT echo and two commits.

    Exit codes: 0 measured, 1 the floor did not come up, 2 no broker, or the file cannot be written.
    """
    import json

    from hub.bench.latency import measure
    from hub.demo.coming_up import DemoFailed
    from hub.demo.processes import ProgramMissing

    _must_be_writable(json_file)
    try:
        figures = measure(samples, print)
    except ProgramMissing as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    except (DemoFailed, TimeoutError) as error:
        raise _fail(error, FAILED) from None
    print(json.dumps(figures, indent=2))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


bench_app.command("allocation")(allocation)
bench_app.command("cartons")(cartons)
bench_app.command("policies")(policies)
bench_app.command("restock")(restock)
bench_app.command("batching")(batching)
bench_app.command("release")(release)
bench_app.command("shortage")(shortage)
bench_app.command("slotting")(slotting)


@ledger_app.command("verify")
def verify_ledger(data: DataDirectory = DEFAULT_DATA, database: DatabaseUrl = "") -> None:
    """Check every invariant of the ledger. Nothing is changed; a hub may be running on it.

    Exit codes: 0 all hold, 1 one does not, 2 there is no database, it cannot be read, or it is of another version.
    """
    from hub.storage.database import BadDatabase, read_existing
    from hub.storage.verify import verify

    try:
        with read_existing(_existing(data, database)) as connection:
            found = verify(connection)
    except (FileNotFoundError, BadDatabase) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    for name, wrong in found.items():
        print(f"{'holds ' if not wrong else 'BROKEN'}  {name}")
        for violation in wrong:
            print(f"        {violation.detail}")
    if any(found.values()):
        raise typer.Exit(FAILED)


@ledger_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    data: DataDirectory = DEFAULT_DATA,
    database: DatabaseUrl = "",
) -> None:
    """Write every transfer to a CSV file; nothing else is changed.

    Exit codes: 0 written, 2 there is no database, it cannot be read or is of another version, or there is no such
    directory.
    """
    from hub.storage.database import BadDatabase, read_existing
    from hub.storage.export import export_ledger

    _must_be_writable(file)
    try:
        with read_existing(_existing(data, database)) as connection:
            count = export_ledger(connection, file)
    except (FileNotFoundError, BadDatabase) as error:
        raise _fail(error, BAD_CONFIGURATION) from None
    print(f"{count} transfers written to {file}.")


def _where(data: Path, database: str) -> "Where":
    """Where the database is. Raises: BadDatabase."""
    from hub.storage.database import FILE
    from hub.storage.postgres import parse_url

    return parse_url(database) if database else data / FILE


def _existing(data: Path, database: str) -> "Where":
    """Where the database is that is to be read; a demo has it one directory deeper. Raises: BadDatabase."""
    from hub.storage.database import FILE

    deeper = data / "data" / FILE
    try:
        is_demo = not database and not (data / FILE).exists() and deeper.exists()
    except PermissionError:  # who opens it says so, and who may
        is_demo = False
    if is_demo:
        print(f"{data}: a demo's directory; its database is {deeper}.", file=sys.stderr)
        return deeper
    return _where(data, database)


def _broker(text: str, known: Broker) -> Broker:
    import msgspec

    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise BadSite(f"--broker: expected HOST:PORT, got '{text}'.")
    return msgspec.structs.replace(known, host=host, port=int(port))


def main() -> None:
    """The entry of the command."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    app()
