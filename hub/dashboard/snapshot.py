"""What the pages show, read off the hub: the lights from memory, the figures from one snapshot of the database."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from edge.contract.state import Prompt
from hub.clock import day_start_us
from hub.dashboard.wording import (
    WAITS_FOR,
    age_text,
    clock_text,
    day_text,
    moment_text,
    money_text,
    state_text,
    terms_text,
    title_of,
    units_text,
    weight_text,
)
from hub.domain.order_states import WORDS
from hub.handlers.desired import board
from hub.handlers.explain import why_waiting
from hub.handlers.wave_progress import STAGES, waves_now
from hub.hub import Hub
from hub.live import StationLive
from hub.storage import backorders, figures, returns, walls
from hub.storage.order_figures import PLACES_OF_UNITS, order_of
from hub.storage.why_waiting import id_of_order

COUNTED_MAX = 500
"""Open exceptions and backorders are counted up to here."""
ORDERS_MAX = 200
"""Orders on their page: the newest of those that are asked for; all of them are counted."""
ROWS_MAX = 6
"""Exceptions and backorders on the floor page; their own pages show more."""


class Snapshot:
    """Reads one hub for its pages.

    Args:
        hub: The hub.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.zone = ZoneInfo(hub.site.file.timezone)
        self._index = {
            name: {b.name: i for i, b in enumerate(station.bins)} for name, station in hub.site.stations.items()
        }

    def version(self) -> int:
        """Grows with every change of what :meth:`lights` says."""
        return self._hub.live.version

    def lights(self) -> dict[str, dict[str, Any]]:
        """Every station of the site as last heard; a light is (bin's index or -1, colour, pattern, text)."""
        heard = dict(self._hub.live.stations)
        return {name: self._station(name, heard.get(name)) for name in self._index}

    def _station(self, name: str, heard: StationLive | None) -> dict[str, Any]:
        reported = None if heard is None else heard.reported
        if heard is None or reported is None:
            return {
                "on": heard is not None and heard.online,
                "lit": [],
                "alarms": 0,
                "outbox": 0,
                "tasks": 0,
                "bad": [],
            }
        index = self._index[name]
        return {
            "on": heard.online,
            "lit": [[index.get(lit.place, -1), lit.colour, lit.pattern, lit.text] for lit in reported.lit],
            "alarms": len(reported.alarms),
            "outbox": reported.outbox_rows,
            "tasks": len(reported.open_tasks),
            "bad": [f"{p.part}: {p.detail or 'not working'}" for p in reported.parts if not p.ok],
        }

    def today(self) -> str:
        """The day that the figures are of, as people at the place call it."""
        return day_text(self._hub.now_us(), self.zone)

    def figures(self) -> dict[str, Any]:
        """The day in figures, texts ready to show."""
        hub, now_us = self._hub, self._hub.now_us()
        since_us = day_start_us(now_us, self.zone)
        with hub.engine.begin() as connection:
            waiting = backorders.listed(connection, limit=COUNTED_MAX)
            trouble = figures.exceptions(connection, COUNTED_MAX)
            cost_minor = figures.shipping_cost_minor(connection, since_us=since_us)
            shown = figures.order_states(connection, since_us=since_us) | {
                "states": figures.units_by_state(connection, since_us=since_us),
                "picks": figures.picks(connection, since_us=since_us),
                "times": figures.times(connection, since_us=since_us),
                "work": figures.in_work(connection),
                "people": [
                    {"who": p.who, "colour": p.colour, "doing": p.doing, "text": p.text}
                    for p in board(connection, hub.policy, now_us)
                ],
                "benches": {
                    name: None
                    if (prompt := hub.desk.prompt(connection, name)) is None
                    else {"title": prompt.title, "lines": prompt.lines, "tone": prompt.tone, "ask": prompt.ask}
                    for name, _ in hub.policy.benches
                },
            }
        return shown | {
            "clock": clock_text(now_us, self.zone),
            "day": day_text(now_us, self.zone),
            "cost": money_text(cost_minor, hub.site.file.currency),
            "backorders": {"lines": len(waiting), "rows": [self._waiting(row) for row in waiting[:ROWS_MAX]]},
            "exceptions": {"open": len(trouble), "rows": [self._trouble(row) for row in trouble[:ROWS_MAX]]},
            "events_per_s": round(hub.live.events_per_s(), 1),
            "latency_ms": hub.live.latency_ms(),
        }

    def prompt(self, station: str) -> dict[str, Any]:
        """What a bench asks now, and whether its station is there."""
        heard = self._hub.live.stations.get(station)
        with self._hub.engine.begin() as connection:
            asked = self._hub.desk.prompt(connection, station)
        shown = Prompt(step="", ask="nothing", title="Nothing is asked here.") if asked is None else asked
        return {
            "step": shown.step,
            "ask": shown.ask,
            "title": shown.title,
            "lines": shown.lines,
            "tone": shown.tone,
            "online": heard is not None and heard.online,
        }

    def _waiting(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "order": row["ref"],
            "sku": row["sku"],
            "what": row["description"],
            "units": row["units"],
            "expected": day_text(row["expected_us"], self.zone),
        }

    def _trouble(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "kind": row["kind"],
            "title": title_of(row["kind"]),
            "place": row["place"],
            "at": clock_text(row["opened_us"], self.zone),
            "detail": row["detail"],
        }

    def contents(self, bay: str) -> dict[str, Any]:
        """What lies in the bins of one bay by the book: bin -> SKU, description, units, held; of a wall, cell -> its
        order, how far it is, units."""
        station = self._hub.site.stations.get(bay)
        with self._hub.engine.begin() as connection:
            if station is not None and station.kind == "wall":
                return walls.contents(connection, bay)
            found = figures.contents_of_bins(connection)
        return {name: found[name] for name in self._index.get(bay, {}) if name in found}

    def orders(self, state: str = "", client_id: int | None = None) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """The newest of the day's orders (in a state, of a client, if one is named), and how many are in each state."""
        since_us = day_start_us(self._hub.now_us(), self.zone)
        with self._hub.engine.begin() as connection:
            found = figures.orders(connection, ORDERS_MAX, since_us=since_us, state=state, client_id=client_id)
            counts = figures.orders_by_state(connection, since_us=since_us, client_id=client_id)
        rows = [
            row
            | {
                "placed": moment_text(row["placed_us"], self.zone),
                "gone": moment_text(row["shipped_us"], self.zone),
                "said": state_text(row),
            }
            for row in found
        ]
        return rows, counts

    def order(self, public: str) -> dict[str, Any] | None:
        """One order with its lines and parcels; None if there is none."""
        with self._hub.engine.begin() as connection:
            found = order_of(connection, public)
            if found is None:
                return None
            order_id = id_of_order(connection, public)
            back = returns.of_order(connection, order_id)
            told = why_waiting(
                connection,
                order_id,
                now_us=self._hub.now_us(),
                day=partial(day_text, zone=self.zone),
            )
        waiting = {line["line"]: "; ".join(reason["words"] for reason in line["why"]) for line in told}
        lines = [
            line | {"words": units_text(line, PLACES_OF_UNITS), "why": waiting.get(line["line"], "")}
            for line in found["lines"]
        ]
        parcels = [
            parcel
            | {"gone": moment_text(parcel["shipped_us"], self.zone), "weight": weight_text(parcel["measured_mg"])}
            for parcel in found["parcels"]
        ]
        times = {"placed": "placed_us", "gone": "shipped_us", "ship_by": "ship_by_us"}
        moments = {name: moment_text(found[of], self.zone) for name, of in times.items()}
        return (
            found
            | moments
            | {
                "lines": lines,
                "parcels": parcels,
                "returns": back,
                "terms": terms_text(found, moments["ship_by"]),
                "words": WORDS[found["stage"]],
                "said": state_text(found),
            }
        )

    def waves(self) -> list[dict[str, Any]]:
        """What each wave holds and how far it is, by departure; orders without one at the end."""
        now_us = self._hub.now_us()
        with self._hub.engine.begin() as connection:
            found = waves_now(connection, self._hub.policy, now_us=now_us, since_us=day_start_us(now_us, self.zone))
        return [
            {
                "name": wave.name,
                "state": wave.state,
                "release": moment_text(wave.release_us, self.zone),
                "leaves": moment_text(wave.leaves_us, self.zone),
                "orders": wave.orders,
                "done": wave.orders_done,
                "units": wave.units,
                "shipped": wave.units_shipped,
                "words": units_text(wave.units_by_stage, STAGES),
            }
            for wave in found
        ]

    def backorders(self, client_id: int | None = None) -> list[dict[str, Any]]:
        """Lines (of a client, if one is named) that wait for stock: how long already, their worth, when expected."""
        now_us, currency = self._hub.now_us(), self._hub.site.file.currency
        with self._hub.engine.begin() as connection:
            found = backorders.listed(connection, client_id=client_id)
        return [
            row
            | {
                "placed": moment_text(row["placed_us"], self.zone),
                "expected": moment_text(row["expected_us"], self.zone),
                "age": age_text(now_us - row["placed_us"]),
                "value": money_text(row["value_minor"], currency),
                "because": WAITS_FOR.get(row["source"], ""),
            }
            for row in found
        ]

    def exceptions(self) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """Open exceptions, and all of the day by kind."""
        since_us = day_start_us(self._hub.now_us(), self.zone)
        with self._hub.engine.begin() as connection:
            found, kinds = figures.exceptions(connection, 200), figures.alarms_by_kind(connection, since_us=since_us)
        return [row | {"at": moment_text(row["opened_us"], self.zone)} for row in found], kinds
