"""What the hub says when it cannot connect to its broker."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.contract.site import BadSite, Broker
from hub.link.broker import HubLink
from tests.edge.tls_server import TlsServer, certificate
from tests.waiting import wait_until


def link_to(broker: Broker) -> HubLink:
    def nothing(*_: object) -> None:
        return None

    return HubLink(
        "test",
        broker,
        take=nothing,  # type: ignore[arg-type]
        on_reported=nothing,
        on_presence=nothing,
        on_connected=nothing,
    )


def test_a_certificate_that_is_not_to_be_trusted_is_said_once_and_is_no_missing_broker(tmp_path: Path) -> None:
    server = TlsServer(*certificate(tmp_path, "theirs", "IP:127.0.0.1"))
    ours, _ = certificate(tmp_path, "ours", "IP:127.0.0.1")
    with capture_logs() as logs:
        link = link_to(Broker(port=server.port, ca_file=str(ours)))
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
        link_to(Broker(username="hub", password_file=str(tmp_path / "nowhere")))
