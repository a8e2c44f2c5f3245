"""Turn outcomes into the answers of the function, in the form that Lambda takes."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Any, Final

import resizer_core as core
from function.events import Call

Answer = dict[str, Any]

#: The text for a stored picture that is larger than an answer may be.
_TOO_LARGE: Final = "it is stored, but too large for an answer of this function; try again"


def found(done: core.ProduceResult) -> core.Answer:
    """Answer with the stored picture. A redirect could make an endless loop (rule 9)."""
    if done.body is None:
        return core.Answer.message(HTTPStatus.SERVICE_UNAVAILABLE, "StoredAlready", _TOO_LARGE)
    return core.Answer.unkept(done)


def fits(done: core.ProduceResult) -> bool:
    """Say whether the picture fits into an answer."""
    return done.body is not None and done.size <= core.MAX_ANSWER_BYTES


def as_stored(done: core.ProduceResult, call: Call) -> core.Answer:
    """Answer with a picture that fits, and with the same headers and metadata as S3 on the next view."""
    answer = core.Answer.picture(done, call.conditions)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return answer
    more = {f"x-amz-meta-{name}": value for name, value in done.metadata.items() if value}
    if call.method == "HEAD" and answer.status is not HTTPStatus.NOT_MODIFIED:
        more["content-length"] = str(len(answer.body))
    return core.Answer(status=answer.status, headers={**answer.headers, **more}, body=answer.body)


def for_lambda(answer: core.Answer, call: Call | None = None) -> Answer:
    """Write an answer in Lambda's form: text stays text, and the bytes of a picture become base64."""
    if answer.headers.get("content-type") == "application/json":
        text, encoded = answer.body.decode(), False
    else:
        body = b"" if call and call.method == "HEAD" else answer.body
        text, encoded = base64.b64encode(body).decode("ascii"), bool(answer.body)
    return {
        "statusCode": int(answer.status),
        "headers": dict(answer.headers),
        "body": text,
        "isBase64Encoded": encoded,
    }
