"""The option by which a command is told of another broker than the site's."""

from msgspec.structs import replace

from edge.contract.site import BadSite, Broker


def broker_of(text: str, known: Broker) -> Broker:
    """The broker that an option names as HOST:PORT, otherwise as the site has it; the site's if it is empty.

    Raises: BadSite.
    """
    if not text:
        return known
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise BadSite(f"--broker: expected HOST:PORT, got '{text}'.")
    return replace(known, host=host, port=int(port))
