"""A board whose name another one has: it shows so, delivers what it still holds, and does nothing else."""

import threading
from collections.abc import Callable

import structlog

from edge.devices import Devices
from edge.left_over import Delivery
from edge.showing import RGB
from firmware.lights import Shine

BLINK_S = 0.25
TRY_EVERY_S = 30.0
_log = structlog.get_logger("shut out")


def stay_shut_out(
    devices: Devices,
    delivery: Callable[[], Delivery],
    ended: threading.Event,
    *,
    place: str,
    text: str,
    alive: Callable[[], None],
) -> None:
    """Blink red at ``place`` until ended; what the outbox still holds goes to the hub meanwhile.

    ``alive`` is called as long as the light blinks.
    """
    shown = threading.Thread(target=_blink, args=(devices, ended, place, alive), name="shut out", daemon=True)
    shown.start()
    _log.error(text)
    while not ended.is_set():
        left = delivery().run(TRY_EVERY_S, ended)
        if not left:
            _log.info("everything that this board still held is delivered")
            ended.wait()
    shown.join(2)


def _blink(devices: Devices, ended: threading.Event, place: str, alive: Callable[[], None]) -> None:
    lit = False
    while not ended.wait(BLINK_S):
        lit = not lit
        alive()
        devices.show({place: Shine(RGB["red"])} if lit else {})
    devices.show({})
