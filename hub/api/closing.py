"""Closing an exception by hand, from a page or by REST."""

from fastapi import HTTPException

from hub.api.bodies import CloseIn
from hub.api.refusals import in_time
from hub.hub import Hub
from hub.storage import exceptions
from hub.storage.writer import Actor


def close_exception(hub: Hub, exception_id: int, close: CloseIn, patience_s: float) -> None:
    """Close an exception; who and why stand in the audit.

    Raises:
        HTTPException: 404 there is none, 409 it is closed already, 503 the writer did not answer.
    """
    actor = Actor(close.actor, "close exception", f"{exception_id}: {close.reason}")
    try:
        with in_time():
            hub.writer.call(
                actor,
                lambda tx: exceptions.close_by_hand(tx, exception_id, close.actor, close.reason),
                patience_s,
            )
    except exceptions.NoSuchException as error:
        raise HTTPException(404, str(error)) from error
    except exceptions.ClosedBefore as error:
        raise HTTPException(409, str(error)) from error
