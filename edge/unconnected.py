"""Why a broker could not be reached or let go, in words that say who can mend it."""

import socket
import ssl

from edge.contract.site import Broker

TAKEN_OVER = "Session taken over"
"""The reason that a broker gives when another client comes with the same name.

Source: MQTT 5.0, section 2.4, reason code 0x8E.
"""


def why_not(broker: Broker, error: OSError) -> str:
    """What was expected of the broker, what came, and what to look at.

    >>> why_not(Broker(host="10.0.0.9"), ConnectionRefusedError(111, "Connection refused"))
    '10.0.0.9:1883: no broker there: Connection refused.'
    """
    where = f"{broker.host}:{broker.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{where}: expected a certificate for '{broker.host}' that the authority in {broker.ca_file} has signed,"
            f" got one that is not to be trusted: {error.verify_message}. Give broker.ca_file the authority of the"
            " broker's certificate and broker.host the name in it; a clock that is wrong makes any certificate look so."
        )
    if isinstance(error, ssl.SSLError) or (broker.ca_file is not None and isinstance(error, ConnectionResetError)):
        said = getattr(error, "reason", None) or error.strerror or error
        return (
            f"{where}: expected a TLS handshake, for broker.ca_file is given, got: {said}. Is broker.port the port on"
            " which the broker speaks TLS?"
        )
    if isinstance(error, socket.gaierror):
        return f"{where}: expected a machine with the name in broker.host, got: {error.strerror}."
    return f"{where}: no broker there: {error.strerror or error}."


def hung_up(broker: Broker) -> str:
    """Why a broker may hang up before it has answered."""
    mend = "does it speak TLS on this port? Then give broker.ca_file." if broker.ca_file is None else "see its log."
    return f"{broker.host}:{broker.port}: expected the broker's answer, it hung up before: {mend}"
