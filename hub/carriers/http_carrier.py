"""A carrier, or a gateway to carriers, asked over HTTP: the protocol of docs/shipping.md."""

from collections.abc import Sequence
from typing import TypeVar

import httpx
import msgspec

from hub.carriers.interface import CarrierRefused, LabelRequest, SoldLabel, TrackedEvent, Unanswered

NOT_FOUND, CONFLICT, UNPROCESSABLE = 404, 409, 422
ANSWER_BYTES_MAX = 2 * 1024 * 1024
SAID_CHARS_MAX = 300
T = TypeVar("T")


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
        # a connection a question: an answer that comes twice on a kept one would be taken for that of the next question
        fresh = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers=headers, timeout=timeout_s, limits=fresh, trust_env=False
        )

    def close(self) -> None:
        """Let its connections go."""
        self._client.close()

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
            raise Unanswered(_said(answer))
        label = _decoded(answer, SoldLabel)
        if (label.key, label.state) != (key, "void"):
            raise Unanswered(f"Expected that label {key} is void, got {label.key!r}, {label.state}.")

    def track(self, tracking: str) -> Sequence[TrackedEvent]:
        """What happened to a parcel so far. Raises: Unanswered."""
        answer = self._ask("GET", f"/tracking/{tracking}")
        if not answer.is_success:
            raise Unanswered(_said(answer))
        return _decoded(answer, Events).events

    def _ask(
        self, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        kind = {"Content-Type": "application/json"} if body else {}
        try:
            with self._client.stream(method, path, content=body, headers=kind | (headers or {})) as answer:
                read = b""
                for part in answer.iter_bytes():
                    read += part
                    if len(read) > ANSWER_BYTES_MAX:
                        raise Unanswered(f"Expected an answer of at most {ANSWER_BYTES_MAX} bytes, got more.")
                return httpx.Response(answer.status_code, content=read)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(f"No answer: {type(error).__name__} {error}".strip()) from error


def _sold(key: str, answer: httpx.Response) -> SoldLabel:
    if not answer.is_success:
        raise Unanswered(_said(answer))
    label = _decoded(answer, SoldLabel)
    if label.key != key or not label.tracking:
        raise Unanswered(
            f"Expected a label of key {key} with a tracking number, got {label.key!r}, {label.tracking!r}."
        )
    return label


def _decoded(answer: httpx.Response, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Unanswered(f"Expected {shape.__name__} as JSON, got an answer that is not: {error}.") from error


def _detail(answer: httpx.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=Detail).detail[:SAID_CHARS_MAX]
    except (msgspec.ValidationError, msgspec.DecodeError):
        return _said(answer)


def _said(answer: httpx.Response) -> str:
    return f"Answer {answer.status_code}: {answer.text[:SAID_CHARS_MAX]}"
