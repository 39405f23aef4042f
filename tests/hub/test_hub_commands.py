"""The hub's commands: what they say and how they end when something is wrong."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.contract.version import program_version
from hub.demo.processes import ProgramMissing, find_mosquitto
from tests.edge.live_station import LiveBroker
from tests.hub.built_hub import SKUS, build_hub, small_site
from tests.hub.live_hub import LiveHub
from tests.waiting import wait_until

pytestmark = pytest.mark.system

ORDERS = Path(__file__).parents[2] / "config" / "demo" / "orders_2011-03-01.csv"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hub.run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


@contextmanager
def listening() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_broken_configuration_is_said_with_its_place(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    file = site / "site.toml"
    file.write_text(file.read_text("utf-8").replace("cart_totes = 8", 'cart_totes = "eight"'), "utf-8")
    for command in (("hub", "--site", site, "--data", tmp_path), ("site", "check", site)):
        ended = run(*command)
        assert ended.returncode == 2
        assert f"{file}: cart_totes: expected a whole number of 1 to 26, got 'eight'." in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_said_before_anything_is_started(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    with listening() as port:
        for command in (("hub", "--site", site, "--data", tmp_path), ("demo", "--data", tmp_path / "demo")):
            ended = run(*command, "--port", port)
            assert ended.returncode == 4
            assert f"Web port {port}: expected it free, got:" in ended.stderr
            assert "--port" in ended.stderr
            assert "Traceback" not in ended.stderr
    assert not (tmp_path / "demo" / "log").exists()


def test_without_a_broker_on_the_machine_the_demo_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramMissing, match="apt-get install mosquitto"):
        find_mosquitto(places=())


def test_a_hub_without_its_broker_says_so_once_takes_orders_and_finds_it_later(tmp_path: Path) -> None:
    broker = LiveBroker(tmp_path)
    hub = LiveHub(tmp_path, broker.port)
    try:
        wait_until(lambda: "no broker there" in hub.said, 20, "it says that there is no broker")
        hub.ask("/api/orders", {"ref": "A1", "lines": [{"sku": SKUS[0], "units": 1}]})
        broker.start()
        wait_until(lambda: "connected" in hub.said, 30, "it finds the broker")
        assert hub.said.count("no broker there") == 1
        orders = hub.ask("/api/orders")
        assert isinstance(orders, list)
        assert [order["ref"] for order in orders] == ["A1"]
        assert hub.end() == 0
        assert "Traceback" not in hub.said
    finally:
        hub.process.kill()
        hub.process.wait()
        broker.kill()


def test_the_hub_s_log_goes_to_standard_error_with_time_and_level(tmp_path: Path) -> None:
    command = ["hub", "--site", small_site(tmp_path / "site"), "--data", tmp_path / "data", "--port", 0]
    logged = tmp_path / "stderr.txt"
    with (
        logged.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "hub.run", *map(str, command), "--broker", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as hub,
    ):
        line = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z \[info *\] running ", re.M)
        wait_until(lambda: line.search(logged.read_text("utf-8")), 30, "the hub says that it runs")
        hub.terminate()
        out, _ = hub.communicate(timeout=20)
    assert (hub.returncode, out) == (0, "")


def test_a_day_that_is_no_day_is_said_with_its_line(tmp_path: Path) -> None:
    no_day = tmp_path / "day.csv"
    no_day.write_text("when,what\n", "utf-8")
    for command in (("demo", "--orders-from", no_day), ("orders", "import", no_day)):
        ended = run(*command)
        assert ended.returncode == 2
        assert f"{no_day}: Line 1: expected the columns order_id," in ended.stderr
        assert ended.stderr.rstrip().endswith("got 'when,what'.")


def test_orders_for_a_hub_that_is_not_there_are_not_lost_in_silence() -> None:
    ended = run("orders", "import", ORDERS, "--hub", "http://127.0.0.1:1")
    assert ended.returncode == 1
    assert "xpected a hub at http://127.0.0.1:1" in ended.stderr + ended.stdout


@pytest.mark.parametrize("option", ["--report", "--world"])
def test_a_file_that_cannot_be_written_is_said_before_the_day_is_played(option: str, tmp_path: Path) -> None:
    ended = run("demo", option, tmp_path / "none" / "file.json")
    assert ended.returncode == 2
    assert "expected a file that can be written" in ended.stderr


def test_a_directory_without_a_database_is_said(tmp_path: Path) -> None:
    for command in (("ledger", "verify"), ("ledger", "export", tmp_path / "ledger.csv")):
        ended = run(*command, "--data", tmp_path)
        assert ended.returncode == 2
        assert f"{tmp_path / 'hub.db'}: expected a database, there is none." in ended.stderr


def test_a_demos_directory_is_looked_into_and_said(tmp_path: Path) -> None:
    hub = build_hub(tmp_path, database=tmp_path / "demo" / "data" / "hub.db")
    hub.close()
    ended = run("ledger", "verify", "--data", tmp_path / "demo")
    assert ended.returncode == 0, ended.stderr
    assert f"{tmp_path}/demo: a demo's directory; its database is {tmp_path}/demo/data/hub.db." in ended.stderr
    assert "holds   balances_fold" in ended.stdout


def test_a_data_directory_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", "utf-8")
    ended = run("hub", "--site", small_site(tmp_path / "site"), "--data", tmp_path / "data")
    assert ended.returncode == 2
    assert "expected a directory to write in" in ended.stderr


def test_the_version_is_said() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout.strip()) == (0, program_version())


def products_file(directory: Path, *rows: str) -> Path:
    file = directory / "products.csv"
    file.write_text("\n".join(("weight_g,length_cm,width_cm,height_cm", *rows)) + "\n", "utf-8")
    return file


def test_the_benchmark_of_cartons_writes_its_figures_and_says_how_far_it_is(tmp_path: Path) -> None:
    products = products_file(tmp_path, "250,16,14,10", "900,30,20,12", "100,20,5,5", "90,300,1,1")
    figures = tmp_path / "figures.json"
    ended = run("bench", "cartons", "--products", products, "--orders", 50, "--json", figures)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(figures.read_text("utf-8"))
    assert found == json.loads(ended.stdout)
    assert (found["orders"], found["valid"], found["products_left_out"]) == (50, 1.0, 1)
    assert 0 < found["mean_fill"] < 1
    assert "50 of 50 orders packed" in ended.stderr


def test_the_benchmark_of_cartons_takes_a_site_s_own_cartons(tmp_path: Path) -> None:
    products = products_file(tmp_path, "250,16,14,10")
    cartons = ORDERS.parent / "cartons.toml"
    ended = run("bench", "cartons", "--products", products, "--orders", 5, "--cartons", cartons, "--items-max", 1)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["cartons"] == ["XS", "S", "M", "L", "XL", "XXL"]


def test_a_file_that_is_nothing_for_the_benchmark_of_cartons_is_said(tmp_path: Path) -> None:
    products_file(tmp_path, "0,16,14,10").rename(tmp_path / "broken.csv")
    products = products_file(tmp_path, "250,16,14,10")
    for arguments, words in (
        ((), "Expected either --products FILE or --instances FILE."),
        (("--products", products, "--instances", products), "Expected either --products FILE"),
        (("--products", tmp_path / "broken.csv"), "broken.csv:2: weight_g: expected a number above 0, got '0'."),
        (("--instances", products), "there is no set, instance"),
        (("--products", products, "--cartons", products), "expected TOML"),
        (("--products", products, "--json", tmp_path / "no" / "f.json"), "expected a file that can be written"),
    ):
        ended = run("bench", "cartons", *arguments)
        assert ended.returncode == 2
        assert words in ended.stderr, ended.stderr
        assert "Traceback" not in ended.stderr
