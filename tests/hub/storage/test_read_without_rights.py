"""Who may read a hub's directory and not write in it can verify and export the ledger, whatever the hub does."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.storage.database import open_database
from hub.storage.writer import Actor
from tests.hub.built_hub import build_hub
from tests.hub.unprivileged import ROOT, as_nobody, why_not_as_nobody
from tests.waiting import wait_until

pytestmark = [pytest.mark.system, pytest.mark.sqlite_only]

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.hub.built_hub import build_hub
hub = build_hub(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""
HOLDS = """
import sys
from pathlib import Path
from hub.storage.database import BadDatabase, read_existing
try:
    with read_existing(Path(sys.argv[1])):
        print("open", flush=True)
        sys.stdin.readline()
except BadDatabase as error:
    print(error, flush=True)
"""


@pytest.fixture
def floor() -> Iterator[Path]:
    """A directory that everybody may reach: pytest's own is its user's alone."""
    if why := why_not_as_nobody():
        pytest.skip(why)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        (directory / "data").mkdir()
        (directory / "out").mkdir()
        (directory / "out").chmod(0o777)
        try:
            yield directory
        finally:
            (directory / "data").chmod(0o755)


def readable(data: Path) -> Path:
    """Every file of the directory may be read, and nothing written in it."""
    for file in data.glob("hub.db*"):
        file.chmod(0o444 if os.geteuid() else 0o644)
    data.chmod(0o555)
    return data


def ledger(*words: object) -> tuple[int, str]:
    """(exit code, what was said) of ``shelflight ledger`` as a user without rights."""
    ended = subprocess.run(
        as_nobody("-m", "hub.run", "ledger", *words), cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    return ended.returncode, ended.stdout + ended.stderr


def is_verified_and_exported(floor: Path) -> None:
    before = {file.name: file.read_bytes() for file in (floor / "data").glob("hub.db*")}
    code, said = ledger("verify", "--data", floor / "data")
    assert (code, "holds   ledger_chain" in said) == (0, True), said
    code, said = ledger("export", floor / "out" / "ledger.csv", "--data", floor / "data")
    assert (code, said.split()[:2]) == (0, ["6", "transfers"]), said
    assert {file.name: file.read_bytes() for file in (floor / "data").glob("hub.db*")} == before


def test_a_hub_that_has_ended_is_verified_and_exported(floor: Path) -> None:
    build_hub(floor / "data").close()
    assert not (floor / "data" / "hub.db-wal").exists()
    readable(floor / "data")
    is_verified_and_exported(floor)


def test_a_running_hub_is_verified_and_exported(floor: Path) -> None:
    hub = build_hub(floor / "data")
    try:
        readable(floor / "data")
        is_verified_and_exported(floor)
    finally:
        (floor / "data").chmod(0o755)
        hub.close()


def test_a_hub_that_was_killed_is_verified_and_exported_with_what_is_in_its_log_only(floor: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, floor / "data"], cwd=ROOT, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert (floor / "data" / "hub.db-wal").stat().st_size
    readable(floor / "data")
    is_verified_and_exported(floor)


@pytest.mark.parametrize("what", ["database", "directory", "log"])
def test_what_may_not_be_read_is_said_with_who_may(floor: Path, what: str) -> None:
    data = floor / "data"
    open_database(data / "hub.db").dispose()
    readable(data)
    if what == "database":
        (data / "hub.db").chmod(0)
    elif what == "directory":
        data.chmod(0o444)
    else:
        data.chmod(0o755)
        (data / "hub.db-wal").write_bytes(b"x")
        (data / "hub.db-wal").chmod(0)
        data.chmod(0o555)
    owner = floor.owner()
    for words in (("verify",), ("export", floor / "out" / "ledger.csv")):
        code, said = ledger(*words, "--data", data)
        assert code == 2
        assert f"{data / 'hub.db'}: expected to read it, and hub.db-wal and hub.db-shm where they are, got: " in said
        assert f"Run this as {owner}, whose directory it is." in said
        assert "Traceback" not in said


def test_a_hub_that_starts_and_writes_while_it_is_read_is_noticed(floor: Path) -> None:
    data = floor / "data"
    build_hub(data).close()
    readable(data)
    with subprocess.Popen(
        as_nobody("-c", HOLDS, data / "hub.db"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        data.chmod(0o755)
        (data / "hub.db").chmod(0o644)
        hub = build_hub(data)
        hub.writer.call(Actor("test", "test"), lambda tx: tx.changed("stock"))
        hub.close()  # what it wrote goes from its log into the database
        wait_until(lambda: not (data / "hub.db-wal").exists(), 5, "the log to be in the database")
        said, _ = reader.communicate("\n", timeout=10)
    assert said == (
        f"{data / 'hub.db'}: expected that nobody changes it while it is read, a hub did. Run this again.\n"
    )
