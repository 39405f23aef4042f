"""Two hubs of one name on one broker put each other out: each says once what it may be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from edge.contract.site import Broker
from hub.link.broker import HubLink
from hub.link.short_links import SHORT_MAX, SHORT_S, ShortLinks
from tests.edge.live_station import LiveBroker
from tests.waiting import wait_until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


def link_to(broker: LiveBroker, made: list[str], name: str, site: str = "york") -> HubLink:
    """A hub's link, which notes each connection."""

    def nothing(*_: object) -> None:
        return None

    return HubLink(
        site,
        Broker(port=broker.port),
        take=nothing,  # type: ignore[arg-type]
        on_reported=nothing,
        on_presence=nothing,
        on_connected=lambda: made.append(name),
    )


def said(logs: list[Any]) -> list[str]:
    return [log["event"] for log in logs if "is another hub" in log["event"]]


@pytest.mark.system
def test_two_hubs_of_one_name_say_once_each_what_puts_them_out(broker: LiveBroker) -> None:
    made: list[str] = []
    one, two = link_to(broker, made, "one"), link_to(broker, made, "two")
    with capture_logs() as logs:
        one.start()
        wait_until(lambda: made, 5, "the first hub is connected")
        two.start()
        try:
            for name in ("one", "two"):
                wait_until(lambda name=name: made.count(name) > SHORT_MAX + 2, 30, f"hub {name} was put out often")
        finally:
            one.close()
            two.close()
    assert len(said(logs)) == 2
    assert {log["log_level"] for log in logs if "is another hub" in log["event"]} == {"warning"}
    assert "'connected from ADDRESS as hub-york'" in said(logs)[0]


@pytest.mark.system
def test_hubs_of_two_sites_leave_each_other_alone_and_a_restart_of_the_broker_is_no_second_hub(
    broker: LiveBroker,
) -> None:
    made: list[str] = []
    one, two = link_to(broker, made, "one"), link_to(broker, made, "two", site="leeds")
    with capture_logs() as logs:
        one.start()
        two.start()
        try:
            wait_until(lambda: len(made) == 2, 5, "both are connected")
            broker.kill()
            wait_until(lambda: not one.connected and not two.connected, 5, "both have noticed")
            broker.start()
            wait_until(lambda: sorted(made) == ["one", "one", "two", "two"], 15, "both are connected again")
        finally:
            one.close()
            two.close()
    assert said(logs) == []


def test_it_is_spoken_of_again_only_after_a_connection_has_lasted() -> None:
    links = ShortLinks()

    def ended(lasted_s: float) -> bool:
        links.made(100.0)
        return links.lost(100.0 + lasted_s)

    assert [ended(1.0) for _ in range(2 * SHORT_MAX)] == [n == SHORT_MAX for n in range(1, 2 * SHORT_MAX + 1)]
    assert not ended(SHORT_S)
    assert [ended(1.0) for _ in range(SHORT_MAX)] == [n == SHORT_MAX for n in range(1, SHORT_MAX + 1)]
