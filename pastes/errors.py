"""The one error family. Each knows its status; doors render it as problem+json (RFC 9457), pages as error.html."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from django.db.utils import InterfaceError, OperationalError


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field, in words for the person who filled it in."""

    field: str
    message: str


class PasteError(Exception):
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"
    next_steps: ClassVar[Sequence[str]] = ("Try again in a moment.",)

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Sequence[tuple[str, str]] = (),
        members: dict[str, Any] | None = None,
    ) -> None:
        """`headers` go with the answer; `members` are extension members of the problem document."""
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.headers = list(headers)
        self.members = members or {}


class Invalid(PasteError):
    status = 400
    title = "The request is not valid"
    next_steps = ("Go back, correct what the message names, and send it again.",)

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        return cls.fields([FieldError(field, message)])

    @classmethod
    def fields(cls, errors: Sequence[FieldError]) -> "Invalid":
        return cls("; ".join(f"{error.field}: {error.message}" for error in errors), errors=errors)


class Unauthorized(PasteError):
    status = 401
    title = "A credential is needed"
    next_steps = ("Send the edit token that came with the paste, in the header X-Edit-Token.",)

    def __init__(self, detail: str = "Send the paste's edit token in the header X-Edit-Token.") -> None:
        super().__init__(detail, headers=[("WWW-Authenticate", "X-Edit-Token")])


class Forbidden(PasteError):
    status = 403
    title = "This is not yours to change"
    next_steps = ("Open it in the browser that made it.", "Or make a paste of your own from its text.")


class NotFound(PasteError):
    status = 404
    title = "There is nothing here"
    next_steps = (
        "Check the address.",
        "The paste may have expired, or its author deleted it: then it is gone for good.",
    )

    def __init__(self, detail: str = "There is nothing at this address now.") -> None:
        super().__init__(detail)


class MethodNotAllowed(PasteError):
    status = 405
    title = "This address does not take that method"
    next_steps = ("See the API page for what each address takes.",)

    def __init__(self, allowed: Sequence[str]) -> None:
        allow = ", ".join(allowed)
        super().__init__(f"This address takes {allow}.", headers=[("Allow", allow)])


class RequestTimeout(PasteError):
    status = 408
    title = "The request took too long to arrive"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"The body did not arrive within {seconds} seconds.", headers=[("Connection", "close")])


class Conflict(PasteError):
    status = 409
    title = "Somebody was there first"
    next_steps = ("Read the paste again, then send your change on top of it.",)


class LengthRequired(PasteError):
    status = 411
    title = "The request needs a Content-Length"

    def __init__(self) -> None:
        super().__init__("This server cannot read a chunked body. Send a Content-Length.")


class PreconditionFailed(PasteError):
    status = 412
    title = "The paste has changed since"
    next_steps = ("Read the paste again, then send your change on top of it.",)


class TooLarge(PasteError):
    status = 413
    title = "That is too large"
    next_steps = (
        "Go back: your browser still has what you typed.",
        "Shorten the text, or split it into several pastes.",
    )

    def __init__(self, cut: int) -> None:
        super().__init__(f"A body of at most {cut} bytes is taken here.")


class UnsupportedMediaType(PasteError):
    status = 415
    title = "This kind of body is not taken here"


class PreconditionRequired(PasteError):
    status = 428
    title = "Say which version you are changing"

    def __init__(self) -> None:
        super().__init__(
            "Send If-Match, or `version` or `updatedAt` as you read it, so that no newer edit is overwritten."
        )


class TooManyRequests(PasteError):
    status = 429
    title = "That was a lot in a short time"
    next_steps = ("Wait for the time given, then send it again.",)


class Fault(PasteError):
    """A bug or a broken machine of ours: never caused by input."""

    def __init__(self) -> None:
        super().__init__("The fault is ours, and it is in our logs under this correlation id.")


class Unavailable(PasteError):
    status = 503
    title = "The service is busy or being mended"
    next_steps = ("Nothing was changed. Try again in a moment.",)

    def __init__(self, detail: str, *, retry_after: int = 1) -> None:
        """`retry_after` in seconds."""
        super().__init__(detail, headers=[("Retry-After", str(retry_after))])


class OutcomeUnknown(Unavailable):
    """The database was lost while it was asked to commit, and could not be asked since."""

    title = "We cannot tell whether that was saved"
    next_steps = ("Look before you send it again: it may have been saved.",)

    def __init__(self) -> None:
        super().__init__("The database was lost at the very end. What you sent may have been saved, or not.")


def known(error: BaseException | None) -> PasteError:
    """What the outside is told of any exception: a database that is away is not a fault of ours, all else is."""
    if isinstance(error, PasteError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable("The database does not answer now.")
    return Fault()


def problem(error: PasteError, correlation_id: str) -> bytes:
    """The error as application/problem+json (RFC 9457, section 3)."""
    document = {
        "type": f"/api#status-{error.status}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        **({"errors": error.errors} if error.errors else {}),
        **error.members,
        "correlationId": correlation_id,
    }
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # half a surrogate pair in what we quote: an error must not fail in its turn
        return msgspec.json.encode({**document, "detail": ascii(error.detail), "errors": []})
