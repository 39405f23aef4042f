"""The hub's web pages."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from hub.hub import Hub


def add_pages(app: FastAPI, hub: Hub) -> None:
    """Add the pages of one hub to its web server."""

    @app.get("/", response_class=HTMLResponse)
    def floor() -> str:
        """Which stations are there."""
        rows = "".join(
            f"<li>{name}: {'online' if s.online else 'away'}" for name, s in sorted(hub.live.stations.items())
        )
        return f"<!doctype html><title>Shelflight</title><h1>{hub.site.file.name}</h1><ul>{rows}</ul>"
