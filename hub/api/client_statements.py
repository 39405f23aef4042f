"""What a client is billed for in a month, for whoever is at the hub's machine."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from edge.contract.clients import Rates
from hub.api.whose import client_meant
from hub.documents.client_statement import Charge, charges, month_us, statement_csv
from hub.hub import Hub
from hub.storage.billing import counted

UNPROCESSABLE = 422
Month = Annotated[str, Query(max_length=20, description="As 2011-03; by the site's own clock.")]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A client's statement of a month; of one that has not ended, so far."""

    client: str
    month: str
    currency: str
    lines: tuple[Charge, ...]
    total_minor: int


def statement_of(hub: Hub, key: str, month: str) -> Statement:
    """A client's statement. Raises: HTTPException, there is no such client or month."""
    client_id = client_meant(hub, key)
    try:
        from_us, until_us = month_us(month, hub.policy.zone)
    except ValueError as error:
        raise HTTPException(UNPROCESSABLE, str(error)) from error
    until_us = max(from_us, min(until_us, hub.now_us()))
    rates = next((owner.rates for owner in hub.site.file.owners if owner.key == key), Rates())
    with hub.engine.begin() as connection:
        lines = charges(counted(connection, client_id, from_us, until_us), rates)
    total = sum(line.amount_minor for line in lines)
    return Statement(client=key, month=month, currency=hub.policy.currency, lines=lines, total_minor=total)


def add_statements(api: APIRouter, hub: Hub) -> None:
    """The calls that tell it."""

    @api.get("/clients/{key}/statement")
    def get_statement(key: str, month: Month) -> dict[str, Any]:
        """What was done for a client in a month, each at its rate of site.toml; amounts in minor units."""
        return asdict(statement_of(hub, key, month))

    @api.get("/clients/{key}/statement.csv", response_class=Response)
    def get_csv(key: str, month: Month) -> Response:
        """The same as a table."""
        told = statement_of(hub, key, month)
        return Response(statement_csv(told.client, told.month, told.currency, told.lines), media_type="text/csv")
