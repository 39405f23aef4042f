"""``--version``, for every command of the product."""

from typing import Annotated

import typer


def say_version(asked: bool) -> None:
    """Print the version and end, if it is asked for."""
    if asked:
        from edge.contract.version import program_version

        print(program_version())
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=say_version, is_eager=True, help="Say the version.")]
