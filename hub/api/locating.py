"""The interface's answers to "where is it": bins that blink."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, HTTPException

from hub.api.bodies import LocateIn, Refusal
from hub.hub import Hub
from hub.link.broker import OutgoingFull
from hub.locating import NoSuchBin, NoWay
from hub.storage import figures

ASKED = LocateIn()
"""What somebody asks who says nothing of it."""


def add_locating(api: APIRouter, hub: Hub) -> None:
    """Add them to an interface."""
    refusal: dict[str, Any] = {"model": Refusal}

    def point(bins: list[str], seconds: int) -> dict[str, Any]:
        try:
            return {"bins": [asdict(bin_) for bin_ in hub.locate(bins, seconds)]}
        except NoSuchBin as error:
            raise HTTPException(404, str(error)) from error
        except (NoWay, OutgoingFull) as error:
            raise HTTPException(503, str(error)) from error

    @api.post("/bins/{bin_name:path}/locate", responses={404: refusal})
    def post_locate_bin(bin_name: str, asked: LocateIn = ASKED) -> dict[str, Any]:
        """Let a bin blink, and its bay's beacon, for somebody who looks for it. Nothing of stock changes."""
        return point([bin_name], asked.seconds)

    @api.post("/stock/{sku:path}/locate", responses={404: refusal})
    def post_locate_sku(sku: str, asked: LocateIn = ASKED) -> dict[str, Any]:
        """Let every bin of an SKU blink."""
        with hub.engine.begin() as connection:
            contents = figures.contents_of_bins(connection)
        bins = [name for name, content in contents.items() if content["code"] == sku]
        if not bins:
            raise HTTPException(404, f"Expected an SKU that has a bin, got '{sku}'.")
        return point(bins, asked.seconds)
