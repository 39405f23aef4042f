"""A file of stock in one request, for whoever is at the hub's machine: a site goes live, or was counted on paper."""

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from hub.api.bodies import Person
from hub.api.refusals import in_time
from hub.domain.stock_file import NotAStockFile, parse_stock
from hub.handlers.stock_load import RefusedStock, load_stock
from hub.hub import Hub
from hub.storage.writer import Actor

UNPROCESSABLE = 422
REFUSED_TOLD_MAX = 1_000


async def _body(request: Request) -> bytes:
    return await request.body()


def add_stock_files(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The call that takes a file of stock."""

    @api.post("/stock/load", response_model=None)
    def post_load(
        body: Annotated[bytes, Depends(_body)], actor: Annotated[Person, Query()], count: bool = False
    ) -> Response:
        """Set the book of bins to what a CSV file (``bin,sku,units``) says: all of them or none.

        ``count`` holds each bin until it was counted by light. 422 lists each refused row.
        """
        try:
            rows, bad = parse_stock(body.decode())
        except UnicodeDecodeError as error:
            raise HTTPException(
                UNPROCESSABLE, f"Expected a file in UTF-8, got byte {body[error.start]:#04x}."
            ) from error
        except NotAStockFile as error:
            raise HTTPException(UNPROCESSABLE, str(error)) from error
        try:
            with in_time():
                loaded = hub.writer.call(
                    Actor(actor, "load stock", f"{len(rows)} bins"),
                    lambda tx: load_stock(tx, rows, bad, who=actor, count=count),
                    patience_s,
                )
        except RefusedStock as error:
            refused = [asdict(row) for row in error.refused[:REFUSED_TOLD_MAX]]
            told = {"detail": str(error), "refused": refused, "refused_lines": len(error.refused)}
            return Response(json.dumps(told), UNPROCESSABLE, media_type="application/json")
        return Response(json.dumps(asdict(loaded)), media_type="application/json")
