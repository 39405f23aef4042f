"""The station's link: what is bounded, and what survives that."""

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.contract import codec
from edge.contract.site import Broker
from edge.contract.topics import Channel
from edge.link import QUEUED_MAX, Link
from tests.edge.live_station import free_port
from tests.edge.mute_broker import DISCONNECT, MuteBroker
from tests.edge.tls_server import TlsServer, certificate
from tests.waiting import wait_until


@pytest.fixture
def broker() -> Iterator[MuteBroker]:
    broker = MuteBroker()
    yield broker
    broker.close()


class Station:
    """A link and what it tells."""

    def __init__(self, broker: Broker) -> None:
        self.up: list[bool] = []
        sessions = count(1)
        self.link = Link(
            "test",
            "bay-01",
            broker,
            new_session=lambda: f"session-{next(sessions)}",
            rng=random.Random(1),
            on_message=lambda _channel, _payload: None,
            on_link=self.up.append,
        )
        self.link.start()


@pytest.fixture
def station(broker: MuteBroker) -> Iterator[Station]:
    station = Station(Broker(port=broker.port))
    wait_until(lambda: station.up == [True], 5, "the connection")
    yield station
    station.link.close()
    station.link.close()


def fill(station: Station) -> int:
    """Publish until nothing more is taken; how many were."""
    taken = 0
    while station.link.publish(Channel.EVENT, b"{}"):
        taken += 1
        assert taken <= QUEUED_MAX
    return taken


def test_a_broker_that_confirms_nothing_is_sent_no_more_than_the_bound_until_it_does(
    broker: MuteBroker, station: Station
) -> None:
    assert fill(station) == QUEUED_MAX
    assert not station.link.publish(Channel.REPORTED, b"{}")
    broker.confirms = True
    broker.hang_up()
    wait_until(lambda: station.link.publish(Channel.EVENT, b"{}"), 10, "room in the queue")


def test_presence_goes_past_a_full_queue_first_and_in_the_session_of_the_new_connection(
    broker: MuteBroker, station: Station
) -> None:
    fill(station)
    broker.hang_up()
    wait_until(lambda: broker.published(1, "/presence"), 10, "the presence over the new connection")
    wait_until(lambda: len(broker.published(1, "/event")) > 1, 5, "what was not confirmed")
    first, *more = broker.published(1, "/presence")
    assert more == []
    assert first.flags & 1, "it is retained"
    presence = codec.decode_presence(first.body[first.body.index(b"{") :])
    assert presence.online
    assert presence.session == "session-2"


def test_a_link_that_is_closed_with_a_full_queue_lets_its_will_say_goodbye(
    broker: MuteBroker, station: Station
) -> None:
    fill(station)
    # What the broker answers to a closed socket resets the line, and with it what it has not read yet.
    wait_until(lambda: broker.published(0, "/event"), 5, "the broker has answered all that it answers")
    station.link.close()
    wait_until(lambda: broker.sessions[0][-1].kind == DISCONNECT, 3, "the goodbye")
    assert broker.sessions[0][-1].body[:1] == b"\x04", "with the will"


def whys_of(broker: Broker, tries: int = 1, tried: Callable[[], int] = lambda: 1) -> list[str]:
    """What a station says that cannot connect, after some tries."""
    with capture_logs() as logs:
        station = Station(broker)
        try:
            wait_until(lambda: any("why" in log for log in logs), 5, "the reason")
            wait_until(lambda: tried() >= tries, 10, "more tries")
        finally:
            station.link.close()
    return [log["why"] for log in logs if "why" in log]


def test_a_broker_whose_certificate_another_authority_signed_is_called_so_once(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "theirs", "IP:127.0.0.1")
    ours, _ = certificate(tmp_path, "ours", "IP:127.0.0.1")
    server = TlsServer(cert, key)
    try:
        whys = whys_of(Broker(port=server.port, ca_file=str(ours)), 2, lambda: server.met)
    finally:
        server.close()
    assert len(whys) == 1
    assert f"expected a certificate for '127.0.0.1' that the authority in {ours} has signed" in whys[0]
    assert "self-signed certificate" in whys[0].replace("self signed", "self-signed")
    assert "broker.ca_file" in whys[0]


def test_a_certificate_for_another_host_is_called_so(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "theirs", "DNS:broker.example")
    server = TlsServer(cert, key)
    try:
        (why,) = whys_of(Broker(port=server.port, ca_file=str(cert)))
    finally:
        server.close()
    assert "127.0.0.1" in why
    assert "mismatch" in why
    assert "broker.host the name in it" in why


def test_a_port_that_does_not_speak_tls_is_called_so(tmp_path: Path, broker: MuteBroker) -> None:
    ours, _ = certificate(tmp_path, "ours", "IP:127.0.0.1")
    (why,) = whys_of(Broker(port=broker.port, ca_file=str(ours)))
    assert "expected a TLS handshake, for broker.ca_file is given, got:" in why
    assert "Is broker.port the port on which the broker speaks TLS?" in why


def test_a_broker_that_wants_tls_and_is_not_given_it_is_called_so(tmp_path: Path) -> None:
    server = TlsServer(*certificate(tmp_path, "theirs", "IP:127.0.0.1"))
    try:
        (why,) = whys_of(Broker(port=server.port))
    finally:
        server.close()
    assert "it hung up before: does it speak TLS on this port? Then give broker.ca_file." in why


def test_a_port_where_nobody_listens_is_no_broker() -> None:
    (why,) = whys_of(Broker(port=free_port()))
    assert "no broker there: Connection refused" in why


def test_a_name_that_no_machine_can_have_is_called_so_and_tried_again() -> None:
    (why,) = whys_of(Broker(host="a..b"))
    assert "a..b: expected a machine's name or address in broker.host" in why
