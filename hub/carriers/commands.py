"""``shelflight carrier``: what carriers would ask for a parcel, and the twin of one."""

import signal
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

carrier_app = typer.Typer(help="Carriers.", no_args_is_help=True)
BAD_CONFIGURATION, NOBODY = 2, 1


@carrier_app.command("quote")
def quote(
    weight: Annotated[float, typer.Option(help="Kilograms.", min=0.001, max=2_000)],
    sides: Annotated[str, typer.Option(help="Millimetres, as 400x300x200.")],
    country: Annotated[str, typer.Option(help="As orders name it.")],
    postcode: Annotated[str, typer.Option(help="Where zones go by it.")] = "",
    deliver_by: Annotated[str, typer.Option(help="Local time promised, as 2026-12-24T18:00.")] = "",
    ready: Annotated[str, typer.Option(help="Local time at which it is packed; now if not given.")] = "",
    dangerous: Annotated[bool, typer.Option(help="It has dangerous goods.")] = False,
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
) -> None:
    """Which service a parcel would go by, what it costs, and why not by the others.

    Exit codes: 0 one takes it, 1 nobody does, 2 the site's files or a value is wrong.
    """
    from edge.contract.site import BadSite, load_site
    from hub.domain.rates import Destination, Shipment
    from hub.domain.service_choice import Promise, choose_service, refusals
    from hub.site.catalogue import load_catalogue
    from hub.site.golive import policy_of

    try:
        policy = policy_of(load_site(site), load_catalogue(site))
        shipment = Shipment(
            weight_mg=round(weight * 1e6),
            sides_mm=_sides(sides),
            to=Destination(country=country, postcode=postcode, residential=policy.residential),
            dangerous=dangerous,
        )
        ready_us = _us(ready, policy.zone) if ready else _us(datetime.now(policy.zone).isoformat(), policy.zone)
        promise = Promise(deliver_by_us=_us(deliver_by, policy.zone) if deliver_by else None)
    except (BadSite, ValueError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    found = choose_service(policy.services, shipment, promise=promise, ready_us=ready_us, zone=policy.zone)
    if found is None:
        print(refusals(policy.services, shipment).replace(". ", ".\n"))
        raise typer.Exit(NOBODY)
    print(found.words.replace(". ", ".\n"))


@carrier_app.command("twin")
def twin(
    port: Annotated[int, typer.Option(help="On loopback.", min=1, max=65535)] = 8099,
    token: Annotated[str, typer.Option(help="The bearer token it expects; any if empty.")] = "",
    karrio: Annotated[bool, typer.Option(help="Be a karrio server; it offers every service that is asked.")] = False,
) -> None:
    """Run the twin of a carrier until it is told to stop: it sells labels as docs/shipping.md says, and ships nothing.

    Exit codes: 0 stopped, 2 the port is taken.
    """
    from hub.carriers.karrio_twin import KarrioServer, KarrioTwin
    from hub.carriers.twin import CarrierTwin, TwinServer

    try:
        server = KarrioServer(KarrioTwin(token), port) if karrio else TwinServer(CarrierTwin(token), port)
    except OSError as error:
        print(f"--port {port}: expected a free port, got: {error}.", file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    ended = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    print(f"A carrier that ships nothing sells labels at {server.url}.", flush=True)
    ended.wait()
    server.close()
    print(f"{len(server.twin.sold)} labels stand.")


def _sides(text: str) -> tuple[int, int, int]:
    parts = text.lower().split("x")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise ValueError(f"--sides: expected three sides in millimetres as 400x300x200, got '{text}'.")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _us(text: str, zone: tzinfo) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Expected a time as 2026-12-24T18:00, got '{text}'.") from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
