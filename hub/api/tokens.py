"""Making and revoking tokens: for whoever is at the hub's machine, as all of ``/api`` is."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path

from hub.api.bodies import ForceIn, Refusal, TokenIn
from hub.api.refusals import in_time
from hub.api.shops import digest_of, new_token
from hub.api.whose import client_meant, of_client
from hub.domain.scopes import UnknownScope, parse_scopes
from hub.hub import Hub
from hub.storage import tokens
from hub.storage.tokens import NoSuchToken
from hub.storage.writer import Actor


def add_tokens(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The calls that make, list and revoke tokens."""
    refusal: dict[str, Any] = {"model": Refusal}

    @api.post("/tokens", status_code=201)
    def post_token(wanted: TokenIn) -> dict[str, Any]:
        """Make a token for a client's shop. It is in this answer and nowhere else: whoever loses it makes another."""
        try:
            scopes = parse_scopes(wanted.scopes)
        except UnknownScope as error:
            raise HTTPException(422, str(error)) from error
        token, client_id = new_token(), client_meant(hub, wanted.client)
        with in_time():
            public = hub.writer.call(
                Actor(wanted.actor, "make token", wanted.name),
                of_client(
                    client_id, lambda tx: tokens.add(tx, name=wanted.name, scopes=scopes, digest=digest_of(token))
                ),
                patience_s,
            )
        return {"token": token, "id": public, "name": wanted.name, "scopes": sorted(scopes)}

    @api.get("/tokens")
    def get_tokens() -> Any:
        """Every token by its id, revoked ones included; not the tokens themselves."""
        with hub.engine.begin() as connection:
            return tokens.listed(connection)

    @api.post("/tokens/{token_id}/revoke", status_code=204, responses={404: refusal})
    def post_revoke(token_id: Annotated[str, Path(max_length=64)], who: ForceIn) -> None:
        """Let a token open nothing any more, from now on."""
        try:
            with in_time():
                hub.writer.call(
                    Actor(who.actor, "revoke token", token_id), lambda tx: tokens.revoke(tx, token_id), patience_s
                )
        except NoSuchToken as error:
            raise HTTPException(404, str(error)) from error
