"""Refusing in words: what was wrong with a request, and what to do when the writer does not answer."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from hub.api.fault_words import fault_words
from hub.storage.writer import WriterStopped

FAULTS_TOLD_MAX = 5
"""So many faults of one request are told."""
RETRY_AFTER_S = 5


class PlainRoute(APIRoute):
    """A route that says in one text what is wrong with a request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the errors of validation as text."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                faults = [fault_words(fault) for fault in error.errors()]
                more = len(faults) - FAULTS_TOLD_MAX
                told = faults[:FAULTS_TOLD_MAX] + ([f"... and {more} more."] if more > 0 else [])
                return JSONResponse({"detail": " ".join(told)}, 422)

        return handler


@contextmanager
def in_time() -> Iterator[None]:
    """What waits for the writer within is refused by 503 where it does not answer. Raises: HTTPException."""
    try:
        yield
    except (TimeoutError, WriterStopped) as error:
        why = str(error) or "The writer did not answer in time."
        detail = f"{why} Send the same again later: what was written is not written twice."
        raise HTTPException(503, detail, {"Retry-After": f"{RETRY_AFTER_S}"}) from error
