"""The page that shows what a station's camera saw, and says so where the picture is gone or its station away."""

from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from hub.hub import Hub
from hub.pictures import NoPicture, NotNow

GONE, NOT_NOW = 404, 503
RETRY_AFTER_S = 5


def add_pictures(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the page, and the picture itself.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    @app.get("/pictures/{station}/{picture}.jpg", include_in_schema=False)
    def jpeg(station: str, picture: str) -> Response:
        try:
            shown = hub.pictures.show(f"{station}/{picture}")
        except NoPicture as error:
            raise HTTPException(GONE, str(error)) from error
        except NotNow as error:
            raise HTTPException(NOT_NOW, str(error), {"Retry-After": f"{RETRY_AFTER_S}"}) from error
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(shown, media_type="image/jpeg", headers=headers)

    @app.get("/pictures/{station}/{picture}", response_class=HTMLResponse, include_in_schema=False)
    def picture_page(request: Request, station: str, picture: str) -> HTMLResponse:
        why, status = "", 200
        try:
            hub.pictures.show(f"{station}/{picture}")
        except NoPicture as error:
            why, status = str(error), GONE
        except NotNow as error:
            why, status = str(error), NOT_NOW
        answer = page(request, "picture.html", "", station=station, picture=picture, why=why, later=status == NOT_NOW)
        answer.status_code = status
        return answer
