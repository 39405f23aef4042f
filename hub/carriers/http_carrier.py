"""A carrier, or a gateway to carriers, asked over HTTP: the protocol of docs/shipping.md."""

from collections.abc import Sequence

import httpx
import msgspec

from hub.carriers.http_asking import SAID_CHARS_MAX, HttpAsking, decoded, said
from hub.carriers.interface import CarrierRefused, LabelRequest, SoldLabel, TrackedEvent, Unanswered

NOT_FOUND, CONFLICT, UNPROCESSABLE = 404, 409, 422


class Detail(msgspec.Struct, frozen=True):
    """Why something was refused."""

    detail: str


class Events(msgspec.Struct, frozen=True):
    """What happened to a parcel."""

    events: tuple[TrackedEvent, ...]


class HttpCarrier:
    """Asks one carrier.

    Args:
        url: Of its interface, such as ``https://carrier.example/v1``.
        token: Its bearer token; empty: none is sent.
        timeout_s: How long an answer may take.
    """

    def __init__(self, url: str, token: str = "", timeout_s: float = 10.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._ask = HttpAsking(url, headers, timeout_s)

    def close(self) -> None:
        """Let its connections go."""
        self._ask.close()

    def find(self, key: str) -> SoldLabel | None:
        """The label that was sold under a key, or None. Raises: Unanswered."""
        answer = self._ask("GET", f"/labels/{key}")
        if answer.status_code == NOT_FOUND:
            return None
        return _sold(key, answer)

    def buy(self, key: str, request: LabelRequest) -> SoldLabel:
        """Buy a label, or hear again which it is. Raises: Unanswered, CarrierRefused."""
        answer = self._ask("POST", "/labels", body=msgspec.json.encode(request), headers={"Idempotency-Key": key})
        if answer.status_code in (CONFLICT, UNPROCESSABLE):
            raise CarrierRefused(_detail(answer))
        return _sold(key, answer)

    def void(self, key: str) -> None:
        """Give a label back; what was never sold (404) is given back. Raises: Unanswered, CarrierRefused."""
        answer = self._ask("POST", f"/labels/{key}/void")
        if answer.status_code == NOT_FOUND:
            return
        if answer.status_code in (CONFLICT, UNPROCESSABLE):
            raise CarrierRefused(_detail(answer))
        if not answer.is_success:
            raise Unanswered(said(answer))
        label = decoded(answer, SoldLabel)
        if (label.key, label.state) != (key, "void"):
            raise Unanswered(f"Expected that label {key} is void, got {label.key!r}, {label.state}.")

    def track(self, tracking: str) -> Sequence[TrackedEvent]:
        """What happened to a parcel so far. Raises: Unanswered."""
        answer = self._ask("GET", f"/tracking/{tracking}")
        if not answer.is_success:
            raise Unanswered(said(answer))
        return decoded(answer, Events).events


def _sold(key: str, answer: httpx.Response) -> SoldLabel:
    if not answer.is_success:
        raise Unanswered(said(answer))
    label = decoded(answer, SoldLabel)
    if label.key != key or not label.tracking:
        raise Unanswered(
            f"Expected a label of key {key} with a tracking number, got {label.key!r}, {label.tracking!r}."
        )
    return label


def _detail(answer: httpx.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=Detail).detail[:SAID_CHARS_MAX]
    except (msgspec.ValidationError, msgspec.DecodeError):
        return said(answer)
