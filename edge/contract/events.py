"""Events: facts that a station saw. Past tense; they survive anything and are never refused by a rule.

Units are counts of stock units. In weight events a change is signed as the bin sees it:
negative means units left the bin.
"""

from typing import Literal

import msgspec

from edge.contract.state import TaskKind

Confirmation = Literal["button", "weight"]
"""What confirmed a task: the operator's button, or the scale alone (the button was forgotten)."""

SettleCause = Literal["tasks", "unlit", "correction", "outage"]
"""Why a settled weight is told: it reconciles confirmed tasks; nothing was lit there (a wrong hand);
it answers a correction that is shown; or it changed while nobody was watching (a count, never a movement)."""

AlarmKind = Literal[
    "wrong_bin",
    "swapped_bin",
    "over_pick",
    "under_pick",
    "over_put",
    "under_put",
    "button_missing",
    "unreadable",
    "stuck_button",
]
"""What a station itself can see going wrong."""

ScanSource = Literal["", "camera", "scanner", "page"]
"""What read a symbol: the station's own camera or scanner, or a person's page, which is no device of the station's.
Older stations did not say."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all events share: their tag is the class name, under ``type``."""


class UnitsPicked(Event, frozen=True, kw_only=True):
    """A pick task was confirmed: ``units`` left ``bin`` for the task's tote."""

    task: str
    """The task's id, as the desired state named it."""
    bin: str
    units: int
    """Units confirmed, 0 to ``units_asked``. Fewer than asked is a short pick."""
    units_asked: int
    by: Confirmation


class UnitsPutAway(Event, frozen=True, kw_only=True):
    """A put-away task was confirmed: ``units`` went into ``bin``."""

    task: str
    bin: str
    units: int
    units_asked: int
    by: Confirmation


class BinCounted(Event, frozen=True, kw_only=True):
    """A count task was answered: ``units`` lie in ``bin``."""

    task: str
    bin: str
    units: int
    by: Confirmation
    weight_mg: int | None = None
    """The settled weight that was counted from, if the scale counted."""


class WeightSettled(Event, frozen=True, kw_only=True):
    """The weight of a bin came to rest after a change."""

    bin: str
    cause: SettleCause
    tasks: tuple[str, ...]
    """The tasks that were confirmed since the weight last settled; empty unless ``cause`` is tasks or correction."""
    before_mg: int
    after_mg: int
    units_confirmed: int
    """The change that the confirmations claim (negative: taken)."""
    units_weighed: int
    """The change that the weight shows (negative: taken)."""
    sure: bool
    """Whether the scale can tell this count from its neighbours for this item; if not, ``units_weighed`` equals
    ``units_confirmed`` and the weights are evidence only."""
    odd: bool = False
    """The scale counts this item well, but the change is no whole number of units: something else went in or out, or
    the wrong item did; or several bins of one platform explain it. Never together with ``sure``."""
    units_inside: int | None = None
    """How many units lie in the bin by its whole weight, if the scale is certain of that; None if it is not, or if its
    zero is in doubt."""
    division_mg: int = 0
    """The scale's division; 0: a station of before, which did not say, or the weight is a share of what a platform
    under several bins showed, from which nothing is learned of one item."""


class TaskReturned(Event, frozen=True, kw_only=True):
    """The hub recalled a task, and nothing had been picked: its light is dark, its reservation may be voided."""

    task: str
    bin: str


class ConfirmationUndone(Event, frozen=True, kw_only=True):
    """A confirmation was taken back at the bin before anything was judged by it: the task is open again, as if it had
    not been confirmed. The confirmation stays a fact; this one follows it."""

    task: str
    bin: str
    kind: TaskKind
    units: int
    """What the confirmation had said."""


class AlarmRaised(Event, frozen=True, kw_only=True):
    """The station shows an alarm."""

    alarm: str
    """The alarm's id, unique within the station's journal."""
    kind: AlarmKind
    place: str
    """The bin, or the device of the station."""
    task: str | None = None
    units: int = 0
    """Units too many (positive) or too few (negative) in the operator's hands; 0 where it has no meaning."""
    picture: str = ""
    """The id of the picture that the station keeps of it for a while; "" if there is none."""


class AlarmCleared(Event, frozen=True, kw_only=True):
    """An alarm ended: mended (the weight or scan came right), or accepted by a button as it stands."""

    alarm: str
    kind: AlarmKind
    place: str
    by: Literal["mended", "accepted"]
    units: int = 0
    """How many units' weight had come into the bin unasked and was left there: nobody knows whether it is units."""


class Gs1Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a GS1 symbol says, each check digit and date found right by the station; empty where it does not say it."""

    gtin: str = ""
    """Fourteen digits, of the thing itself or of what a shipping unit holds."""
    lot: str = ""
    expiry: str = ""
    """The last good day, as YYYY-MM-DD."""
    serial: str = ""
    count: int | None = None
    """Units in it."""
    sscc: str = ""
    """Of the pallet or carton: eighteen digits."""


class SymbolScanned(Event, frozen=True, kw_only=True):
    """A camera or scanner read a symbol, once for each passing of the item."""

    step: str
    """The prompt that was shown, or "" if none was."""
    text: str
    symbology: str
    aim: str
    """AIM symbology identifier such as "]C1", or "" where unknown."""
    raw: bytes = b""
    """The reader's own bytes where they are known and are not simply the text's in UTF-8; base64 in JSON."""
    gs1: Gs1Said | None = None
    """What it says in the words of GS1; None if it is none, or ``gs1_error`` says why it is not believed."""
    gs1_error: str = ""
    """Why a symbol of GS1 is not to be believed: a check digit, a date."""
    source: ScanSource = ""
    scan: str = ""
    """The id under which a page sent it."""
    picture: str = ""
    """The id of the picture that the station keeps of it for a while; "" if there is none."""


class UnitsCounted(Event, frozen=True, kw_only=True):
    """A bench operator confirmed a number of units for the prompt's item."""

    step: str
    units: int
    units_asked: int


class WeightMeasured(Event, frozen=True, kw_only=True):
    """A bench scale came to rest with something on it while a prompt asked for a weight."""

    step: str
    weight_mg: int
    division_mg: int


class ButtonPressed(Event, frozen=True, kw_only=True):
    """A bench operator pressed a button that answers the prompt."""

    step: str
    button: Literal["confirm", "problem"]


class LabelPrinted(Event, frozen=True, kw_only=True):
    """The printer took a print job whole."""

    job: str


class PrintFailed(Event, frozen=True, kw_only=True):
    """The printer did not take a print job, or cannot say whether it did."""

    job: str
    reason: str
    sent: bool = True
    """Whether the printer may have got it, so that its label may be out or still come out. False only if surely
    nothing was sent; older stations did not say."""


class StationStarted(Event, frozen=True, kw_only=True):
    """A station's agent started; the first event of every run."""

    version: str
    simulated: bool


class DeviceFailed(Event, frozen=True, kw_only=True):
    """A device of the station stopped answering."""

    part: str
    reason: str


class DeviceRecovered(Event, frozen=True, kw_only=True):
    """A device of the station answers again."""

    part: str


AnyEvent = (
    UnitsPicked
    | UnitsPutAway
    | BinCounted
    | WeightSettled
    | TaskReturned
    | ConfirmationUndone
    | AlarmRaised
    | AlarmCleared
    | SymbolScanned
    | UnitsCounted
    | WeightMeasured
    | ButtonPressed
    | LabelPrinted
    | PrintFailed
    | StationStarted
    | DeviceFailed
    | DeviceRecovered
)
"""Every event of the contract."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One event as the outbox keeps it: the fact, its key and its times."""

    seq: int
    """1, 2, 3, ... without a gap within the journal."""
    wall_us: int
    """UTC microseconds by the station's clock; nothing is ordered by it."""
    monotonic_us: int
    """Microseconds since the station's boot ``boot_id``."""
    boot_id: str
    clock_synced: bool
    event: msgspec.Raw
    """The event's JSON, kept raw, so that one that cannot be understood spoils no other."""


LEFT_OVER = -1
"""No claim to a station's name at all."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one station in ``seq`` order, as published on its event topic."""

    device: str
    journal: str
    """The random id (32 hex digits) that the outbox file got when it was created."""
    events: tuple[Recorded, ...]
    board: str = ""
    """The board that sends, as in its presence; "" from an older station."""
    claim: int = 0
    """Its claim to the name; :data:`LEFT_OVER` from whoever delivers what a board that is gone had left."""
