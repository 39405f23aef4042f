"""What is refused before it is looked at: bodies without end, and pages of strangers in a browser at the hub's machine.

The web server listens on loopback. A page from elsewhere reaches it all the same, through a browser on that machine:
under its own name, once that points to 127.0.0.1 (DNS rebinding), or by a form it sends across.

Source: Fetch Metadata Request Headers, W3C working draft, section 2.2 (Sec-Fetch-Site).
"""

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 4 * 1024 * 1024
"""An order of 10,000 lines is some 600 kB."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
TOO_LARGE, FORBIDDEN = 413, 403


class BodyLimit:
    """Refuses a request whose body is longer than :data:`BODY_BYTES_MAX`: by what it announces, else as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on. Raises: HTTPException, to whoever reads on; it becomes the answer."""
        announced = Headers(scope=scope).get("Content-Length", "") if scope["type"] == "http" else ""
        if announced.isdecimal() and int(announced) > BODY_BYTES_MAX:
            await JSONResponse({"detail": _too_large(announced)}, TOO_LARGE)(scope, receive, send)
            return
        came = 0

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > BODY_BYTES_MAX:
                raise HTTPException(TOO_LARGE, _too_large(f"{came} and more"))
            return message

        await self._app(scope, bounded if scope["type"] == "http" else receive, send)


class OwnHost:
    """Refuses what was not asked of this machine by a loopback name, and what a stranger's page would change by
    ``/api``. Shops' ``/v1`` comes through another web server, under any name; it has its tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        why = _not_ours(scope) if scope["type"] == "http" and not scope["path"].startswith("/v1/") else ""
        if why:
            await JSONResponse({"detail": why}, FORBIDDEN)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _not_ours(scope: Scope) -> str:
    headers = Headers(scope=scope)
    host = headers.get("Host", "")
    name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    if name.lower() not in LOOPBACK:
        return f"Expected a Host out of {', '.join(sorted(LOOPBACK))}, got {host[:80]!a}: open http://127.0.0.1 here."
    site = headers.get("Sec-Fetch-Site", "none")
    if scope["path"].startswith("/api/") and scope["method"] not in READING and site not in ("same-origin", "none"):
        return f"Expected a request of this hub's own page or of a program, got one of another page ({site[:20]!a})."
    return ""


def _too_large(came: str) -> str:
    return f"Expected a body of at most {BODY_BYTES_MAX} bytes, got {came[:30]} bytes. Send orders one a request."
