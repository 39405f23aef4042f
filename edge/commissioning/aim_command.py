"""``shelflight-edge device aim``: a station's camera, seen while it is aimed."""

import ipaddress
import random
import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from msgspec import structs

from edge.contract.camera import Camera
from edge.contract.site import BadSite, Station, load_site

if TYPE_CHECKING:  # the other commands of a bay import no cv2
    from edge.commissioning.aiming import Aimer

NOT_READ = 1
BAD_CONFIGURATION = 2
IN_USE = 4
TOLD_EVERY_S = 1.0


def aim(
    station: Annotated[str, typer.Option(help="The station's name, as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox.")] = Path("/var/lib/shelflight"),
    simulate: Annotated[bool, typer.Option(help="A simulated camera, with hands to show it labels.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
    listen: Annotated[str, typer.Option(help="Where the page listens: an address of this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port; 0: a free one.", min=0, max=65535)] = 8642,
    seconds: Annotated[float, typer.Option(help="End after so long; 0: only with Ctrl-C.", min=0)] = 0,
) -> None:
    """Show what the camera sees, how much of it is read, and what to do: nearer, sharper, more light.

    The picture is on a page of this machine; the terminal has the same in words. The station's agent must not run.

    Exit codes: 0 something was read, 1 nothing was, 2 the configuration or an option is wrong or there is no camera,
    4 the station's agent is running and has the camera.
    """
    from edge.alone import AlreadyRunning, alone
    from edge.commissioning.aim_page import AimPage
    from edge.ending import on_end

    try:
        chosen = load_site(site).station(station)
    except BadSite as error:
        _end(str(error))
    if chosen.camera is None:
        _end(f"{station} has no [camera] section in its file: there is nothing to aim.")
    ended = threading.Event()
    on_end(ended.set)
    if seconds:
        clock = threading.Timer(seconds, ended.set)
        clock.daemon = True
        clock.start()
    try:
        with alone(data / f"{station}.lock", f"an agent of {station}", "End it first: it has the camera."):
            opened = _simulated(chosen, hands) if simulate else _on_metal(chosen.camera)
            with opened as aimer:
                try:
                    page = AimPage(listen, port, station, aimer.seen, aimer.jpeg)
                except OSError as error:
                    _end(f"--listen {listen} --port {port}: expected to listen there, got: {error.strerror}.")
                try:
                    _say_where(listen, page.port)
                    _tell(aimer, ended)
                finally:
                    page.close()
                raise typer.Exit(0 if aimer.was_read else NOT_READ)
    except AlreadyRunning as error:
        print(error, file=sys.stderr)
        raise typer.Exit(IN_USE) from None


def _say_where(listen: str, port: int) -> None:
    host = f"[{listen}]" if ":" in listen else listen
    print(f"the picture: http://{host}:{port}/  (Ctrl-C ends)", flush=True)
    try:
        is_here = ipaddress.ip_address(listen).is_loopback
    except ValueError:
        is_here = listen == "localhost"
    if not is_here:
        print(
            f"WARNING: whoever reaches port {port} of this machine sees what this camera sees, without a password,"
            " until this command ends.",
            file=sys.stderr,
            flush=True,
        )


def _tell(aimer: "Aimer", ended: threading.Event) -> None:
    from edge.commissioning.aiming import words_of

    before = ""
    while not ended.wait(TOLD_EVERY_S):
        words = words_of(aimer.seen())
        if words != before:
            before = words
            print(words, flush=True)


@contextmanager
def _on_metal(camera: Camera) -> Iterator["Aimer"]:
    from edge.commissioning.aiming import Aimer
    from edge.main import monotonic_us
    from firmware.camera.capture import CaptureProcess

    size = camera.width_px, camera.height_px
    aimer = Aimer(lambda: CaptureProcess(camera.device, *size, camera.frames_per_s), monotonic_us)
    aimer.start()
    try:
        yield aimer
    finally:
        aimer.close()


@contextmanager
def _simulated(station: Station, hands: Path) -> Iterator["Aimer"]:
    """The camera's twin alone of the station's devices, and hands at it."""
    from edge.commissioning.aiming import Aimer
    from edge.commissioning.trial import Trial
    from edge.hands import HandsServer
    from edge.main import monotonic_us
    from edge.simulated import SimulatedDevices

    made: list[Aimer] = []

    def watch(open_source: Any, _inputs: Any, now_us: Any, _keep: Any) -> Aimer:
        made.append(Aimer(open_source, now_us))
        return made[0]

    alone = structs.replace(station, scale=None, scanner=None, printer=None)
    devices = SimulatedDevices(alone, monotonic_us, random.Random(secrets.randbits(64)), watch=watch)
    try:
        devices.start(Trial(alone).inputs())
        server = HandsServer(hands / f"{station.name}.sock", devices)
        try:
            yield made[0]
        finally:
            server.close()
    finally:
        devices.close()


def _end(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise typer.Exit(BAD_CONFIGURATION)
