"""The address of a paste's page as a QR code: for a phone before a screen, or a slide."""

import io
from functools import lru_cache
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pastes.doors import etags, http
from pastes.responses import exchange_of, methods
from pastes.views.records import readable_header

QUIET_ZONE = 4  # modules: what ISO/IEC 18004 asks for, and scanners need on a dark page


@methods("GET")
def image(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    header = readable_header(request, paste_id)
    address = f"{exchange_of(request).origin}{reverse('show', args=[header.id])}"
    tag = etags.etag(header.id.hex, header.version, ("qr", address))
    if etags.matches(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(drawn(address), content_type="image/svg+xml")
        response["Content-Security-Policy"] = http.RAW_CONTENT_SECURITY_POLICY
    response["ETag"], response["Cache-Control"] = tag, "no-cache"
    return response


@lru_cache(maxsize=1024)
def drawn(address: str) -> bytes:
    """An SVG of no size of its own; black on white, since scanners do not know a dark theme."""
    # Level M bears a scratch or a glare; a higher one would make the modules smaller, and harder to read from afar.
    drawing = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawing,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        title=f"QR code of {address}",
        omitsize=True,
        xmldecl=False,
    )
    return drawing.getvalue()
