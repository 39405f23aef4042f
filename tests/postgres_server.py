"""A PostgreSQL server of the tests' own: in a directory that it is deleted with, on a Unix socket, never on a port."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests.waiting import wait_until

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin")
"""Where Debian and a build by hand put what is not in PATH."""
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    # nothing of it outlives the tests, so that nothing need be on a disk: it is 20 times as fast
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class NoPostgres(RuntimeError):
    """There is no PostgreSQL on this machine; the text says how to install it."""


def programs() -> Path:
    """The directory of the newest initdb and postgres. Raises: NoPostgres."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    installed = [path for place in PLACES for path in Path("/").glob(place[1:]) if (path / "initdb").exists()]
    if not installed:
        raise NoPostgres("expected PostgreSQL (initdb), found none: config/setup.sh --tests installs it")
    return max(installed, key=lambda path: int("".join(filter(str.isdigit, path.parent.name)) or 0))


class PostgresServer:
    """A server that is running. Close it.

    Args:
        settings: Further settings, such as ``fsync`` for what measures commits.
    """

    def __init__(self, **settings: str) -> None:
        found = programs()
        self._home = Path(tempfile.mkdtemp(prefix="sf-pg-"))
        data = self._home / "data"
        self._as: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._home, "nobody", "nogroup")
            self._as = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        made = [found / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*self._as, *map(str, made)], check=True, stdout=subprocess.DEVNULL, cwd=self._home)
        chosen = SETTINGS | settings | {"unix_socket_directories": str(self._home)}
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        self._log = (self._home / "log").open("wb")
        self.process = subprocess.Popen(
            [*self._as, str(found / "postgres"), "-D", str(data), *options],
            cwd=self._home,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self._answers, 30, "PostgreSQL answers")
        self._own = psycopg.connect(**self._at("postgres"), autocommit=True)

    def _at(self, name: str) -> dict[str, str]:
        return {"host": str(self._home), "user": "hub", "dbname": name}

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError((self._home / "log").read_text("utf-8"))
        try:
            psycopg.connect(**self._at("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> URL:
        """Where a database of this server is."""
        return URL.create("postgresql+psycopg", username="hub", database=name, query={"host": str(self._home)})

    def create(self, name: str, template: str = "template0") -> URL:
        """A new database, a copy of another that nobody has open."""
        self._own.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """End a database and whoever has it open."""
        self._own.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Stop the server and delete its files."""
        self._own.close()
        self.process.send_signal(2)  # fast: it does not wait for who is connected
        self.process.wait(30)
        self._log.close()
        shutil.rmtree(self._home)
