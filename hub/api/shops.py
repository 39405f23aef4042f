"""Who asks: the token of a shop, as ``Authorization: Bearer TOKEN``.

Source: RFC 6750, sections 2.1 and 3 (bearer tokens and how they are refused).
"""

import secrets
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from hub.api.refusals import PlainRoute
from hub.domain.scopes import Scope
from hub.hub import Hub
from hub.storage.tokens import Shop, shop_of

PREFIX = "sf_"
"""A token that somebody lost is known for one of ours."""
SECRET_BYTES = 32


def new_token() -> str:
    """A token that nobody can guess: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(token: str) -> bytes:
    """What is kept of a token. It has 256 random bits: a plain hash of it cannot be turned back by guessing."""
    return sha256(token.encode()).digest()


def shop_with(hub: Hub, scope: Scope) -> Callable[[str | None], Shop]:
    """A dependency that lets only shops through whose token has this scope."""

    def shop(authorization: Annotated[str | None, Header()] = None) -> Shop:
        found = _asking(hub, authorization)
        if scope not in found.scopes:
            detail = f"Expected a token with the scope {scope}, got {', '.join(sorted(found.scopes))}."
            raise _refused(403, detail, f'error="insufficient_scope", scope="{scope}"')
        return found

    return shop


def shop_route(hub: Hub) -> type[PlainRoute]:
    """The kind of route that reads nothing of a request's body before it knows the token."""

    class ShopRoute(PlainRoute):
        """A route for those with a token."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, behind the token."""
            handle = super().get_route_handler()

            async def handler(request: Request) -> Response:
                await run_in_threadpool(_asking, hub, request.headers.get("Authorization"))
                return await handle(request)

            return handler

    return ShopRoute


def _asking(hub: Hub, authorization: str | None) -> Shop:
    """Whose token it is. Raises: HTTPException, it is nobody's."""
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise _refused(401, "Expected a token in the header 'Authorization: Bearer TOKEN', got none.", "")
    with hub.engine.begin() as connection:
        found = shop_of(connection, digest_of(token.strip()))
    if found is None:
        detail = "Expected a token of this hub that is not revoked. Make one with: shelflight token create"
        raise _refused(401, detail, 'error="invalid_token"')
    return found


def _refused(status: int, detail: str, why: str) -> HTTPException:
    challenge = 'Bearer realm="shelflight"' + (f", {why}" if why else "")
    return HTTPException(status, detail, {"WWW-Authenticate": challenge})
