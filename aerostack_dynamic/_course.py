"""How the calls of an operation go on their way under the same options: where to, how long they may take, with which credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._auth import choose, without_authorization
from ._call import gives_authorization, layout_of
from ._errors import CredentialsError
from ._options import limits_for
from ._reader import read_security
from ._request import terms_of
from ._server import check_transport_security

if TYPE_CHECKING:
    from ._auth import Choice
    from ._life import Life
    from ._request import Terms
    from ._server import Origin
    from ._steps import Limits


class Course(NamedTuple):
    """What the exchanges of an operation have in common under the same options: the limits of a call that begins at 0 among it.

    `choice` is None where calls may bring an Authorization of their own.
    """

    terms: Terms
    limits: Limits
    choice: Choice | None


def course_of(life: Life, uploads: bool) -> Course:
    """The course of a call, and of all others like it. Raises CredentialsError where no credential is there for it."""
    context, options, operation = life.context, life.options, life.operation
    layout = layout_of(context.document, operation, options.media_type) if operation else None
    own = layout is not None and "authorization" in layout.standard_headers
    return Course(
        terms_of(context.document, operation),
        limits_for(options, operation, 0.0, uploads, life.streamed),
        None if own else choice_of(life),
    )


def choice_of(life: Life) -> Choice:
    """The security alternative that a call meets. Raises CredentialsError when it can meet none."""
    context, operation = life.context, life.operation
    security = operation.security if operation else read_security(context.document.field("security"), "/security")
    layout = layout_of(context.document, operation, life.options.media_type) if operation else None
    if layout is not None and gives_authorization(layout, life.arguments):
        security = without_authorization(security, context.schemes)
    return choose(security, context.schemes, context.credentials, context.certificate, context.missing)


def check_origin(life: Life, origin: Origin) -> None:
    """Raises CredentialsError for an origin that no credential may go to."""
    base, context = life.options.base, life.context
    if origin == base.origin:
        check_transport_security(base, context.insecure)
    elif origin not in context.origins:
        raise CredentialsError(f"{origin} is not the server's origin, {base.origin}; allow_origins=[...] lets it in")
