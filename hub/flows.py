"""Which function takes which event, and the flow of each kind of bench."""

import msgspec

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    ButtonPressed,
    ConfirmationUndone,
    Event,
    LabelPrinted,
    PrintFailed,
    SymbolScanned,
    TaskReturned,
    UnitsCounted,
    UnitsPicked,
    UnitsPutAway,
    WeightMeasured,
    WeightSettled,
)
from hub.handlers import alarms, cell_puts, counts, dock, induct, pack, picks, sort, undone, weights
from hub.handlers.benches import BenchDesk, Flow
from hub.handlers.facts import Handler

FLOWS: dict[str, Flow] = {"induct": induct.FLOW, "sort": sort.FLOW, "pack": pack.FLOW, "dock": dock.FLOW}
"""The flow of each kind of bench."""


def handlers_of(desk: BenchDesk) -> dict[type[Event], Handler]:
    """Which function takes which event."""
    return {
        UnitsPicked: picks.units_picked,
        UnitsPutAway: cell_puts.units_put,
        BinCounted: counts.bin_counted,
        WeightSettled: weights.weight_settled,
        TaskReturned: cell_puts.returned,
        ConfirmationUndone: undone.confirmation_undone,
        AlarmRaised: alarms.alarm_raised,
        AlarmCleared: alarms.alarm_cleared,
        SymbolScanned: desk.answered,
        UnitsCounted: desk.answered,
        WeightMeasured: desk.answered,
        ButtonPressed: desk.answered,
        LabelPrinted: desk.printed,
        PrintFailed: desk.print_failed,
    }


def idle_sessions() -> dict[str, str]:
    """The resting state of each kind of bench, as JSON."""
    return {kind: msgspec.json.encode(flow.state()).decode() for kind, flow in FLOWS.items()}
