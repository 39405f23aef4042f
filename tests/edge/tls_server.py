"""A server that speaks TLS with a certificate of its own, on a real port."""

import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest


def certificate(directory: Path, name: str, host: str) -> tuple[Path, Path]:
    """A certificate that signs itself, for a host, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    cert, key = directory / f"{name}.pem", directory / f"{name}.key"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={host}", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


class TlsServer:
    """Shakes hands with whoever comes, and says nothing more."""

    def __init__(self, cert: Path, key: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(cert, key)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.met = 0
        """How many have come."""
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closed = True
        with socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join(3)
        self._server.close()

    def _run(self) -> None:
        while not self._closed:
            line, _ = self._server.accept()
            self.met += 1
            line.settimeout(1)
            try:
                with self._context.wrap_socket(line, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                continue  # the client did not like it
            finally:
                line.close()
