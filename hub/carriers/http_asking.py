"""Asking a carrier or a gateway over HTTP: a connection a question, and nothing believed that was not read whole."""

from typing import TypeVar

import httpx
import msgspec

from hub.carriers.interface import Unanswered

ANSWER_BYTES_MAX = 2 * 1024 * 1024
SAID_CHARS_MAX = 300
T = TypeVar("T")


class HttpAsking:
    """Asks one web interface.

    Args:
        url: Of the interface, such as ``https://carrier.example/v1``.
        headers: That go with each question.
        timeout_s: How long an answer may take.
    """

    def __init__(self, url: str, headers: dict[str, str], timeout_s: float) -> None:
        # a connection a question: an answer that comes twice on a kept one would be taken for that of the next question
        fresh = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers=headers, timeout=timeout_s, limits=fresh, trust_env=False
        )

    def close(self) -> None:
        """Let its connections go."""
        self._client.close()

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Ask. Raises: Unanswered."""
        kind = {"Content-Type": "application/json"} if body else {}
        try:
            with self._client.stream(
                method, path, content=body, headers=kind | (headers or {}), params=query
            ) as answer:
                read = b""
                for part in answer.iter_bytes():
                    read += part
                    if len(read) > ANSWER_BYTES_MAX:
                        raise Unanswered(f"Expected an answer of at most {ANSWER_BYTES_MAX} bytes, got more.")
                return httpx.Response(answer.status_code, content=read)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(f"No answer: {type(error).__name__} {error}".strip()) from error


def decoded(answer: httpx.Response, shape: type[T]) -> T:
    """An answer's JSON. Raises: Unanswered, it is none of this shape."""
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Unanswered(f"Expected {shape.__name__} as JSON, got an answer that is not: {error}.") from error


def said(answer: httpx.Response) -> str:
    """An answer in words."""
    return f"Answer {answer.status_code}: {answer.text[:SAID_CHARS_MAX]}"
