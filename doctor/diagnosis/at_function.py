"""List the faults in answers of the function, and of the API in its place."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from doctor.diagnosis.faults import Fault
from doctor.diagnosis.reasons import is_refused_by_policy, original, policy
from doctor.diagnosis.seen import Part, Seen


def _says(*errors: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.error in errors


def _answers(*statuses: int) -> Callable[[Seen], bool]:
    """Match an answer of the API or of CloudFront, which names no error of ours."""
    return lambda seen: seen.status in statuses and seen.asks_api and not seen.error and not seen.code_of_s3


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        title="The picture is stored, and delivery did not find it",
        fits=lambda seen: (
            (seen.status == HTTPStatus.OK and seen.part is Part.GENERATOR) or seen.error == "StoredAlready"
        ),
        rule=9,
        expected="200 at delivery",
        mend="Ask once more: another viewer may have been first. If it stays, delivery reads another bucket "
        "or another key than the function stores, and every view runs the function.",
        checks=(
            "The function stores where delivery reads",
            "Delivery asks the website of the bucket of derivatives",
            "Delivery asks the bucket of derivatives first",
            "Delivery keeps only answers that allow it",
            "S3 redirects only if the object is missing",
        ),
    ),
    # The answers of the function itself.
    Fault(
        title="The SPEC breaks the grammar",
        fits=_says("InvalidSpec"),
        expected="a SPEC of docs/grammar.md",
        mend="The function marks the part that is wrong. Mend it in the page.",
    ),
    Fault(
        title="The key cannot name an original",
        fits=_says("InvalidKey"),
        rule=13,
        expected="a key of docs/grammar.md, Keys of originals",
        mend="Browsers, CDNs and S3 read such a key in different ways. Rename the original or mend the page.",
    ),
    Fault(
        title="The access policy does not let this SPEC through",
        fits=lambda seen: seen.error == "NotAllowed" and is_refused_by_policy(seen),
        look=policy,
        expected="a preset, or a SPEC with a right signature",
        mend="Write p-NAME, or sign the SPEC as it stands in the address: `python -m resizer_core sign`. A "
        "signature holds for one SPEC, and until its key goes.",
    ),
    Fault(
        title="The function refuses CloudFront, or the SPEC",
        fits=_says("NotAllowed"),
        rule=24,
        expected="the secret that CloudFront sends, and a SPEC that RESIZER_ACCESS lets through",
        mend="If every address is refused, CloudFront's secret is none of RESIZER_ORIGIN_SECRETS: "
        "`terraform apply` sets both. If only some are, RESIZER_ACCESS asks for a preset or a "
        "signature.",
        checks=("The function asks for CloudFront's secret", "The function accepts its settings"),
    ),
    Fault(
        title="There is no original",
        fits=_says("SourceNotFound"),
        look=original,
        expected="an original under the key of the address",
        mend="Upload it, or mend the key; upper and lower case differ. The 404 is kept for 10 s.",
        checks=("Originals and derivatives are different buckets",),
    ),
    Fault(
        title="The original may not be read",
        fits=_says("SourceForbidden"),
        look=original,
        rule=23,
        expected="an original that the function's role may read",
        mend="Allow the role s3:GetObject and s3:ListBucket, and kms:Decrypt where KMS encrypts; an archived "
        "original has to be restored. The log has the words of S3 in `exception`: docs/errors.md.",
    ),
    Fault(
        title="We do not read the format of the original",
        fits=_says("UnsupportedFormat"),
        rule=21,
        expected="a picture of one of the formats of docs/formats.md",
        mend="The first bytes count, not the ending. Upload another file, or see what the function says.",
    ),
    Fault(
        title="The original is damaged",
        fits=_says("CorruptImage", "SourceError"),
        rule=21,
        expected="a whole picture",
        mend="The file is cut short or broken; often the upload was. Upload it anew.",
    ),
    Fault(
        title="The picture is beyond the limits",
        fits=_says("LimitExceeded"),
        rule=21,
        expected="an original and a derivative within RESIZER_MAX_...",
        mend="Ask for less, store a smaller original, or raise the limit: docs/operating.md has its cost.",
    ),
    Fault(
        title="The function does not reach a store",
        fits=_says("StorageError", "StorageForbidden"),
        rule=8,
        mend="The log has the words of S3 in `exception`: the role, the name or the region of a bucket, KMS "
        "of the derivatives, or S3 itself.",
        checks=(
            "Originals and derivatives are different buckets",
            "The function stores where delivery reads",
        ),
    ),
    Fault(
        title="The function is wrong, not the address",
        fits=_says("ConfigurationError", "PluginError", "RenderError", "InternalError"),
        rule=8,
        mend="The log has the traceback in `exception`. ConfigurationError is a watermark or a preset, "
        "PluginError a plugin of the image, anything else a bug.",
        checks=("The function accepts its settings",),
    ),
    # The answers of the API in its place.
    Fault(
        title="The API refuses CloudFront",
        fits=_answers(403),
        rule=5,
        mend="The API does not know the host in the request: CloudFront forwards Host, or asks another API.",
        checks=(
            "CloudFront asks the API",
            "CloudFront forwards Accept, the viewer's address and nothing else",
        ),
    ),
    Fault(
        title="The API has no route",
        fits=_answers(404),
        rule=16,
        mend="Its routes GET and HEAD /{key+}, or its stage $default, are gone. `terraform apply` makes them "
        "anew.",
        checks=("The API has two routes, to the function", "The API's stage is $default"),
    ),
    Fault(
        title="There are too many requests",
        fits=_answers(429),
        rule=25,
        mend="Ask again. If it stays: the throttle of the API's stage, whose rate and burst must be set, "
        "then Throttles of the function, its reserved concurrency and the quota of the account.",
        checks=(
            "The API's throttle is set, and not 0",
            "The function may run at all",
            "Concurrency is bounded",
        ),
    ),
    Fault(
        title="The API gets no answer from the function",
        fits=_answers(500),
        rule=8,
        mend="The API may not call the function, or it ended without an answer: Lambda's lines of the log "
        "say `Task timed out`, `signal: killed` for want of memory, or which setting stopped the start.",
        checks=(
            "The API may call the function",
            "The function accepts its settings",
            "The function is active",
            "The function may run at all",
        ),
    ),
    Fault(
        title="The function is too slow, or there is no room for it",
        fits=_answers(503, 504),
        rule=25,
        mend="The API gives up after 30 s. Look at `total_ms` and its phases in the log, at Throttles and at "
        "the memory of the function; more memory is more processor. An original that is slow to come is "
        "`read_ms`.",
        checks=(
            "The function ends before the API gives up",
            "The function may run at all",
            "The function is active",
        ),
    ),
)
