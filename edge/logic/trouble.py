"""A station's own trouble in words, for who stands before it: what has failed and what to do about it."""

from collections.abc import Collection, Mapping

from edge.contract.state import Tone
from edge.logic.parts import WORKS_WITHOUT

LINES_MAX = 4
"""A screen has room for its question too: more trouble than this is told as a number."""

NOTHING_TAKEN = "NOTHING IS TAKEN: this station can keep no more. Stop, and call the supervisor."
UNREADABLE = "Camera: something lies there that it cannot read. Turn its symbol up, or scan it by hand."
NO_HUB = "No hub: what you do is kept; the next question comes when the hub answers."

_WORDS = {
    "scale": "Scale: it does not answer. Check its power and its cable.",
    "scale cell": "Scale: it says that its load cell has failed. Weigh elsewhere, and call the supervisor.",
    "camera": "Camera: no new picture. Check its plug. The hand scanner and your page read on.",
    "scanner": "Hand scanner: not there. Check its plug. The camera and your page read on.",
    "panel": "Buttons and lights: they do not work. Call the supervisor.",
    "buzzer": "Buzzer: it does not work. Look at the lights; nothing is heard.",
    "power": "Power: too little for this station. Check its supply and its cable.",
}
PRINTER = "printer"


def trouble_text(
    *,
    full: bool,
    connected: bool,
    failed: Mapping[str, str],
    stuck: Collection[str],
    labels: int,
    unreadable: bool = False,
) -> tuple[str, Tone]:
    """What an operator is told of the station's own trouble, a line each, and its tone; empty if there is none.

    Args:
        full: Whether nothing can be recorded.
        connected: Whether the hub answers.
        failed: The devices that have failed, with why.
        stuck: The buttons that do not come up.
        labels: How many labels wait.
        unreadable: Whether something lies before the camera that it cannot read.

    >>> trouble_text(full=False, connected=True, failed={"printer": "printer 10.0.0.4:9100: out of paper; nothing was\
 sent."}, stuck=(), labels=3)
    ('Printer: out of paper, 3 labels wait', 'warn')
    """
    lines = [NOTHING_TAKEN] if full else [] if connected else [NO_HUB]
    for part, why in failed.items():
        if part == PRINTER:
            lines.append(printer_text(why, labels))
        elif part not in WORKS_WITHOUT:
            lines.append(_WORDS.get(part, f"{part.capitalize()}: it has failed. Call the supervisor."))
    lines += [f"Button {control}: it is down and does not come up. Free it." for control in stuck]
    lines += [UNREADABLE] if unreadable else []
    if len(lines) > LINES_MAX:
        lines[LINES_MAX - 1 :] = [f"and {len(lines) - LINES_MAX + 1} more: see the dashboard."]
    tone: Tone = "alarm" if full else "warn" if lines else "calm"
    return "\n".join(lines), tone


def printer_text(why: str, labels: int) -> str:
    """What the printer lacks, and how many labels wait for it.

    >>> printer_text("printer /dev/usb/lp0: the head is open after the label was sent.", 1)
    'Printer: the head is open after the label was sent, 1 label waits'
    """
    what = why.partition(": ")[2] if why.startswith(PRINTER) else why
    what = what.partition(";")[0].rstrip(".")
    waits = "" if not labels else f", {labels} label waits" if labels == 1 else f", {labels} labels wait"
    return f"Printer: {what or 'it has failed'}{waits}"
