"""``shelflight carrier``: what a parcel would go by, and the twin of a carrier as a program."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.interface import Address, LabelRequest, Unanswered
from hub.cli import app
from hub.demo.site_maker import write_site
from tests.hub.demo_site import a_day, sale, site_of
from tests.waiting import wait_until

REQUEST = LabelRequest(
    service="Parcel", order="A", sender=None, recipient=Address(name="Kari"), weight_g=1, sides_mm=(1, 1, 1)
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    write_site(directory, site_of(a_day(sale("A", "10", 3)).orders))
    return directory


def quote(site: Path, *options: str) -> tuple[int, str]:
    parcel = ["--weight", "0.9", "--sides", "300x200x100", "--ready", "2026-11-30T10:00"]
    done = CliRunner().invoke(app, ["carrier", "quote", "--site", str(site), *parcel, *options])
    return done.exit_code, done.output


def test_the_cheapest_is_named_with_its_charges_and_the_others_with_why_not(site: Path) -> None:
    code, said = quote(site, "--country", "United Kingdom")
    assert (code, said.splitlines()[0]) == (0, "Letterbox: 3.20 = 3.20 base, up to 2 kg.")
    assert "Parcel Standard not taken: 3.90." in said
    code, said = quote(site, "--country", "United Kingdom", "--deliver-by", "2026-12-01T23:59:59")
    assert said.splitlines()[0] == "Parcel Express: 10.69 = 9.90 base, up to 5 kg + 0.79 fuel 8 %."


def test_what_nobody_takes_and_what_cannot_be_read_is_said(site: Path) -> None:
    code, said = quote(site, "--country", "Norway", "--sides", "3000x10x10")
    assert (code, "Europe Road: longest side 3000 mm > 1200 mm." in said) == (1, True)
    assert quote(site, "--country", "Norway", "--sides", "30x10")[0] == 2
    assert quote(site, "--country", "Norway", "--deliver-by", "soon")[0] == 2
    assert quote(site / "none", "--country", "Norway")[0] == 2


@pytest.mark.system
def test_the_twin_sells_labels_to_those_with_its_token_until_it_is_told_to_stop() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hub.run", "carrier", "twin", "--port", str(port), "--token", "secret"]
    twin = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert twin.stdout is not None
        assert f"http://127.0.0.1:{port}" in twin.stdout.readline()
        url = f"http://127.0.0.1:{port}"
        sold = HttpCarrier(url, "secret").buy("k", REQUEST)
        assert HttpCarrier(url, "secret").buy("k", REQUEST) == HttpCarrier(url, "secret").find("k") == sold
        with pytest.raises(Unanswered, match=r"Answer 401: .*Expected this carrier's token"):
            HttpCarrier(url).buy("k", REQUEST)
        twin.send_signal(signal.SIGTERM)
        wait_until(lambda: twin.poll() is not None, 30, "the twin to end")
        assert (twin.returncode, twin.stdout.read()) == (0, "1 labels stand.\n")
    finally:
        twin.kill()
        twin.wait()
