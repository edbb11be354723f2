"""The control server: what the newsroom is, how far it is, what must come out; and on to the next round."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from newsroom.newsroom import Newsroom
from newsroom.templates import TEMPLATES


def control(newsroom: Newsroom) -> Starlette:
    """GET /, /status, /sources.json, /opml, /truth; POST /next."""

    async def about(request: Request) -> Response:
        text = TEMPLATES.get_template("about.html").render(editions=newsroom.editions, status=newsroom.status())
        return HTMLResponse(text)

    async def status(request: Request) -> Response:
        return JSONResponse(newsroom.status())

    async def next_round(request: Request) -> Response:
        newsroom.timeline.advance()
        return JSONResponse(newsroom.status())

    async def sources(request: Request) -> Response:
        return JSONResponse(newsroom.sources())

    async def opml(request: Request) -> Response:
        text = TEMPLATES.get_template("listings/opml.xml").render(editions=newsroom.editions)
        return Response(text, media_type="text/x-opml")

    async def truth(request: Request) -> Response:
        return JSONResponse(newsroom.truth())

    return Starlette(
        routes=[
            Route("/", about),
            Route("/status", status),
            Route("/next", next_round, methods=["POST"]),
            Route("/sources.json", sources),
            Route("/opml", opml),
            Route("/truth", truth),
        ]
    )
