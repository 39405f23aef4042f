"""What was sent by one of our own pages, and not by a stranger's in the same browser."""

from urllib.parse import urlsplit

from fastapi import Request


def is_ours(request: Request) -> bool:
    """Whether a form was sent by one of our own pages: every browser says where it comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.headers.get("Host")
