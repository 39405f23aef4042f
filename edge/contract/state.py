"""State, not messages: what the hub wants true at a station, and what the station reports."""

from typing import Literal

import msgspec

Colour = Literal["off", "blue", "green", "magenta", "cyan", "yellow", "white", "amber", "red"]
"""Light colours. Pickers have blue, green, magenta, cyan; put-away yellow; counts white; hub lost amber; alarms red."""

Pattern = Literal["steady", "blink", "fast"]
"""How a light shows; patterns repeat what colours say, for eyes that do not tell colours apart."""

TaskKind = Literal["pick", "put", "count"]

REPLENISH_MARK = "R"
"""The mark of a put that fills a bin up from reserve, and not with what has just been delivered: it blinks besides. A
station of before shows the mark and no more."""

Ask = Literal["nothing", "scan", "count", "weigh", "press"]
"""What a prompt wants of the bench operator next."""

Tone = Literal["calm", "good", "warn", "alarm"]


OUTBOX_FULL = "outbox_full"
"""Stands among the reported alarms while nothing can be recorded; no fact can tell it."""


class Watermark(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a station's journal: everything up to and with ``seq``."""

    journal: str
    seq: int


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's answer to events: everything of ``journal`` up to ``seq`` is committed.

    A newer ``generation`` with a lower ``seq`` means that the hub was restored: send again from there.
    """

    generation: int
    journal: str
    seq: int


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do at one bin."""

    task: str
    """The task's id."""
    kind: TaskKind
    bin: str
    units: int
    """Units to take or put; for a count, the units that the book expects."""
    mark: str
    """What the display shows before the number: the tote's position ("A"), "P" for put-away, "R" for
    replenishment, "C" for a count."""
    colour: Colour
    order: int
    """Rank among the tasks of the same bin: the lowest is shown first."""
    recalled: bool = False
    """The hub asks for the task back: the station answers TaskReturned, or has already confirmed it."""


class BinContent(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub believes a bin holds, so that its scale can count."""

    bin: str
    sku: str
    unit_mg: int
    """Mean weight of one unit."""
    spread_mg: int
    """Standard deviation of one unit's weight."""
    mean_error_mg: int = 0
    """Standard deviation of ``unit_mg`` itself: how far the mean of what lies there may be from it. 0: a hub of
    before, which did not say."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A light that stands for no task: what a place is, shown while nothing else is shown there."""

    place: str
    """A bin's name."""
    colour: Colour
    pattern: Pattern = "steady"
    text: str = ""


class BayDesired(msgspec.Struct, frozen=True, kw_only=True, tag="bay"):
    """The whole desired state of a bay or a wall."""

    generation: int
    version: int
    as_of: Watermark | None
    """The station's own events up to here are in this state; None if the hub has none of them."""
    tasks: tuple[Task, ...] = ()
    bins: tuple[BinContent, ...] = ()
    aisle: tuple[Colour, ...] = ()
    """The colours of the pickers that have work in its aisle: for a bay with an aisle beacon."""
    signs: tuple[Sign, ...] = ()
    """Lights without a task: a wall's cells that are complete, or are being packed."""


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """What a bench asks of its operator now. The hub leads; the bench answers with facts that name ``step``."""

    step: str
    """Unique for each new question; an answer to an old step is still a fact, the hub decides what it means."""
    ask: Ask
    title: str
    lines: tuple[str, ...] = ()
    """Further lines for the operator's screen."""
    tone: Tone = "calm"
    expected: tuple[str, ...] = ()
    """Texts of symbols that would answer a scan: these are accepted with fewer agreeing frames."""
    units: int = 0
    """For a count: the number that the display starts from."""


PRINT_JOBS_MAX = 64
"""So many labels are asked of a station at once: it takes no more out of one state. The others wait at the hub."""


class PrintJob(msgspec.Struct, frozen=True, kw_only=True):
    """A label to print once. The job's id stays in the desired state until it is reported printed or failed."""

    job: str
    zpl: str


class BoardLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the board that pickers, packers and receivers see: who, and what they should do now."""

    who: str
    colour: Colour
    doing: Literal["rest", "induct", "pick", "deliver", "put"]
    text: str
    tasks_left: int


class BenchDesired(msgspec.Struct, frozen=True, kw_only=True, tag="bench"):
    """The whole desired state of a bench (induction, sort, pack or dock station)."""

    generation: int
    version: int
    as_of: Watermark | None
    prompt: Prompt | None = None
    jobs: tuple[PrintJob, ...] = ()
    board: tuple[BoardLine, ...] = ()


Desired = BayDesired | BenchDesired


class Lit(msgspec.Struct, frozen=True, kw_only=True):
    """One light that is on, and what its display says."""

    place: str
    """A bin's name, "beacon", or "aisle": the beacon at the aisle's end, of which each colour is a light of its own."""
    colour: Colour
    pattern: Pattern = "steady"
    text: str = ""
    task: str | None = None
    """The task this light stands for; None for alarms, beacons and tests."""


class PartHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One device of a station: is it there, and what does it say."""

    part: str
    ok: bool
    detail: str = ""


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What is true at a station: what it obeys, shows and has attached."""

    version: str
    """The edge software's version."""
    simulated: bool
    desired_generation: int
    desired_version: int
    """The desired state it last obeyed; 0 before the first."""
    lit: tuple[Lit, ...]
    open_tasks: tuple[str, ...]
    alarms: tuple[str, ...]
    """The ids of the open alarms; :data:`OUTBOX_FULL` among them while the station can record nothing."""
    parts: tuple[PartHealth, ...]
    outbox_rows: int
    """Events not yet acknowledged."""
    prompt_step: str = ""
    acknowledged: Ack | None = None
    """The hub's newest acknowledgement that the station obeys: a hub that holds less than this was restored."""
    board: str = ""
    """The board that says so, as in its presence."""


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a station is connected; the offline one is its will."""

    online: bool
    session: str
    """A random id for each connection, so that a late will cannot mark a newer connection offline."""
    board: str = ""
    """The identity of the board itself; "" from an older station, which cannot be told from another."""
    claim: int = 0
    """How often the station's name was taken over when this board took it: the greater one has it."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Which board has a station's name. Another one that goes by it shows nothing and tells only what it still has."""

    board: str
    claim: int
