"""Which version of the program runs: the distribution's own, stated once, in ``pyproject.toml``."""

from importlib import metadata

DISTRIBUTION = "shelflight"


def program_version() -> str:
    """The version of the installed distribution.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed; ``make setup`` installs it.
    """
    return metadata.version(DISTRIBUTION)
