"""A paste as plain text: some of its lines, and the name it is saved under."""

import re
import unicodedata

from django.utils.http import content_disposition_header

from pastes.errors import Invalid
from pastes.models import Header
from pastes.rendering import file_extension

LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}$")
RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)  # devices of Windows
NAME_CHARACTERS = 120


def selected_lines(text: str, wanted: str) -> str:
    """Lines `10-20` or `10`, counted from 1, with their newlines; what lies past the end is left out.

    Lines end at LF alone, as they do in the file: not at a form feed or U+2028. Raises Invalid for another spelling,
    and where the first line wanted is past the last.
    """
    found = LINES.fullmatch(wanted)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise Invalid.field("lines", "must be a line such as 10, or a range such as 10-20")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    else:
        lines[-1] += "\0"
    if first > len(lines):
        raise Invalid.field("lines", f"begins at {first}, and this paste has {len(lines)} lines")
    return "".join(f"{line}\n" for line in lines[first - 1 : last]).removesuffix("\0\n")


def content_disposition(header: Header) -> str:
    """`attachment` with a file name that is safe on every system, in ASCII and in UTF-8 (RFC 6266)."""
    return content_disposition_header(as_attachment=True, filename=file_name(header)) or "attachment"


def file_name(header: Header) -> str:
    """The title's last path segment without what a file system or a shell could trip over, and an extension."""
    segment = re.split(r"[/\\]", header.title)[-1]
    visible = "".join(character for character in segment if not _is_invisible(character))
    name = re.sub(r'[<>:"|?*]', "_", visible).strip(". ")[:NAME_CHARACTERS]
    if not name:
        name = f"paste-{header.id.hex[:8]}"
    if RESERVED.match(name):
        name = f"_{name}"
    return name if EXTENSION.search(name) else name + file_extension(header.language)


def _is_invisible(character: str) -> bool:
    """Controls, and the line and paragraph separators."""
    category = unicodedata.category(character)
    return category.startswith("C") or category in ("Zl", "Zp")
