"""What the hub says when it cannot connect to its broker, or is thrown off it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.contract.site import BadSite, Broker
from hub.link.broker import HubLink
from tests.edge.live_station import LiveBroker
from tests.edge.tls_server import TlsServer, certificate
from tests.waiting import wait_until


def link_to(broker: Broker, connected: list[None]) -> HubLink:
    def nothing(*_: object) -> None:
        return None

    return HubLink(
        "test",
        broker,
        take=nothing,  # type: ignore[arg-type]
        on_reported=nothing,
        on_presence=nothing,
        on_connected=lambda: connected.append(None),
    )


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


def test_a_certificate_that_is_not_to_be_trusted_is_said_once_and_is_no_missing_broker(tmp_path: Path) -> None:
    server = TlsServer(*certificate(tmp_path, "theirs", "IP:127.0.0.1"))
    ours, _ = certificate(tmp_path, "ours", "IP:127.0.0.1")
    with capture_logs() as logs:
        link = link_to(Broker(port=server.port, ca_file=str(ours)), [])
        link.start()
        try:
            wait_until(lambda: server.met >= 2, 10, "two tries")
        finally:
            link.close()
            server.close()
    (why,) = [log["why"] for log in logs if "why" in log]
    assert "expected a certificate for '127.0.0.1'" in why
    assert "no broker there" not in why


def test_a_password_that_cannot_be_read_is_named_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(BadSite, match="expected a file with the password"):
        link_to(Broker(username="hub", password_file=str(tmp_path / "nowhere")), [])


def test_a_hub_that_another_throws_off_the_broker_says_so(broker: LiveBroker) -> None:
    connected: list[None] = []
    links = [link_to(Broker(port=broker.port), connected) for _ in range(2)]
    with capture_logs() as logs:
        try:
            links[0].start()
            wait_until(lambda: len(connected) == 1, 10, "the first hub's connection")
            links[1].start()
            wait_until(lambda: any(log["event"].startswith("another hub") for log in logs), 10, "it is said")
        finally:
            for link in links:
                link.close()
