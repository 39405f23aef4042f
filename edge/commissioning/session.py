"""A station's devices, open for one command of the person who puts it into service: their composition root."""

import random
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from edge.alone import AlreadyRunning, alone
from edge.contract.site import BadSite, Station, load_site
from edge.devices import Inputs
from edge.ending import on_end
from edge.hands import HandsServer
from edge.main import monotonic_us
from edge.metal import MetalDevices
from edge.simulated import SimulatedDevices
from firmware.errors import DeviceMissing

BAD_CONFIGURATION = 2
NO_DEVICE = 3
IN_USE = 4


@dataclass(frozen=True)
class Bench:
    """A station whose devices nobody else uses."""

    station: Station
    devices: MetalDevices | SimulatedDevices
    hands: Path | None
    """Where hands reach simulated devices; None on metal."""
    stack: ExitStack

    def listen(self, inputs: Inputs) -> None:
        """Open the devices, and let hands at them where they are simulated. Raises: DeviceMissing."""
        self.devices.start(inputs)
        if self.hands is not None and isinstance(self.devices, SimulatedDevices):
            server = HandsServer(self.hands / f"{self.station.name}.sock", self.devices)
            self.stack.callback(server.close)


@contextmanager
def opened(
    site: Path,
    station: str,
    data: Path,
    hands: Path | None,
    ended: threading.Event,
    adapt: Callable[[Station], Station] = lambda station: station,
) -> Iterator[Bench]:
    """A station's devices, as long as its agent does not run; ``ended`` is set when the process is told to end.

    Args:
        adapt: What else is plugged in for the command alone.

    Raises: typer.Exit, with the exit code of what went wrong, which is told.
    """
    try:
        chosen = adapt(load_site(site).station(station))
    except BadSite as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    on_end(ended.set)
    rng = random.Random(secrets.randbits(64))
    devices = MetalDevices(chosen, monotonic_us) if hands is None else SimulatedDevices(chosen, monotonic_us, rng)
    with ExitStack() as stack:
        try:
            lock = data / f"{station}.lock"
            stack.enter_context(alone(lock, f"an agent of {station}", "End it first: it has the devices."))
            stack.callback(devices.close)
            yield Bench(chosen, devices, hands, stack)
        except AlreadyRunning as error:
            print(error, file=sys.stderr)
            raise typer.Exit(IN_USE) from None
        except DeviceMissing as error:
            print(error, file=sys.stderr)
            raise typer.Exit(NO_DEVICE) from None
