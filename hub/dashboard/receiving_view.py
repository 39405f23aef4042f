"""What the pages on receiving show: the day at the doors, plates, claims by supplier, new items, moves of SKUs."""

import time
from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from hub.api.receiving import case_shown
from hub.dashboard.wording import moment_text, money_text
from hub.domain.business_day import EPOCH, date_of, day_of, starts_us
from hub.domain.putaway import FILL_PERCENT
from hub.domain.slotting import Slotting, plan_moves
from hub.handlers.dock_settling import MAY, WORDS, value_minor
from hub.handlers.new_items import unit_and_spread_mg
from hub.handlers.policy import Policy
from hub.storage import asns, dock_cases, lanes, new_items, putaway, receiving_figures, slotting

TOURS_SINCE_US = 28 * 86_400_000_000
TOURS_MAX = 200
MOVES_MAX = 20
SEARCH_S = 3.0
"""A page's reader waits no longer for moves; what was found by then is shown."""
OUTCOME_WORDS = {
    "sent_back": "Goes back",
    "scrapped": "Scrap it",
    "kept": "We keep it",
    "credited": "Credited",
    "released": "It is good",
    "refused": "It is not good",
}


def day_at_doors(connection: Any, policy: Policy, site_id: int, now_us: int, day: date | None = None) -> dict[str, Any]:
    """A day's appointments (today's, if none is named), orders of which a part has come, plates that stand, what is
    lit, what lies in lanes, and new items."""
    shown = day_of(now_us, policy.zone) if day is None else (day - EPOCH).days
    announced = asns.between(connection, starts_us(shown, policy.zone), starts_us(shown + 1, policy.zone))

    def clock(us: int) -> str:
        return f"{datetime.fromtimestamp(us / 1e6, policy.zone):%H:%M}"

    return {
        "day": date_of(shown),
        "before": date_of(shown - 1),
        "after": date_of(shown + 1),
        "appointments": [
            {
                "at": f"{clock(one.expected_us)} to {clock(one.until_us)}",
                "asn": one,
                "late": one.order_state == "ordered" and one.state == "announced" and one.until_us < now_us,
            }
            for one in announced
        ],
        "partly": receiving_figures.partly_received(connection),
        "plates": receiving_figures.plates(connection),
        "puts": putaway.open_puts(connection),
        "lanes": lanes.listed(connection, site_id),
        "new_items": [
            {"item": item, "unit": unit_and_spread_mg(item.weights_mg), "at": moment_text(item.first_us, policy.zone)}
            for item in new_items.waiting(connection)
        ],
    }


def claims(connection: Any, policy: Policy) -> list[dict[str, Any]]:
    """Open cases by supplier, with what is asked back."""
    cases = [case for case in dock_cases.listed(connection) if case.state == "open"]
    found = []
    for supplier, group in groupby(cases, key=lambda case: case.supplier):
        own = list(group)
        rows = [
            case_shown(case)
            | {
                "words": WORDS[case.kind],
                "cost": money_text(case.units * case.cost_minor, policy.currency),
                "at": moment_text(case.opened_us, policy.zone),
                "may": [(outcome, OUTCOME_WORDS[outcome]) for outcome in MAY[case.kind]],
            }
            for case in own
        ]
        found.append({"supplier": supplier, "rows": rows, "asked": money_text(value_minor(own), policy.currency)})
    return found


def moves(connection: Any, policy: Policy, site_id: int, now_us: int) -> tuple[Slotting | None, int]:
    """(which SKUs should lie elsewhere, by the tours of four weeks, and how many those were); None: the site's files
    do not say where people walk."""
    if policy.floor is None:
        return None, 0
    tours = slotting.tours(connection, now_us - TOURS_SINCE_US, TOURS_MAX)
    bin_of = {
        sku: name for sku, name in slotting.single_bins(connection, site_id).items() if name in policy.floor.stops
    }
    until_s = time.monotonic() + SEARCH_S
    plan = plan_moves(
        policy.floor,
        bin_of,
        tours,
        free=slotting.empty_bins(connection, site_id),
        fits=_fitting(connection, site_id),
        moves_max=MOVES_MAX,
        spent=lambda: time.monotonic() > until_s,
    )
    return plan, len(tours)


def _fitting(connection: Any, site_id: int) -> Callable[[str, str], bool]:
    limits, lying = slotting.limits(connection, site_id), slotting.lying(connection, site_id)

    def fits(sku: str, name: str) -> bool:
        volume_mm3, load_mg, allows = limits.get(name, (None, None, False))
        mm3, mg, dangerous = lying[sku]
        return (
            (volume_mm3 is None or mm3 <= volume_mm3 * FILL_PERCENT // 100)
            and (load_mg is None or mg <= load_mg)
            and (allows or not dangerous)
        )

    return fits
