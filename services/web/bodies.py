"""What is sent to the site: no larger and no slower than whoever asked for it bears."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

SECONDS = 10.0  # for all of it; a form has a kilobyte, and hubs sit in data centres


async def body_of(request: Request, most: int) -> bytes:
    """The body. Raises HTTPException: 413 beyond `most` bytes, 408 where it does not come, 400 where it breaks off."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise HTTPException(413)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return bytes(body)
