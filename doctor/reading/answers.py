"""Turn an answer of AWS into a fact: a value, ``None``, or the reason for no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from doctor.facts import Unread

T = TypeVar("T")
#: Seconds, and attempts.
CONFIG: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 2})
NO_BUCKET: Final = "NoSuchBucket"


def read_fact(look: Callable[[], T]) -> T | Unread:
    """Read a fact that AWS always has."""
    found = read_if_there(look)
    return Unread("AWS gave nothing") if found is None else found


def read_if_there(look: Callable[[], T], *absent: str) -> T | Unread | None:
    """Read a fact that may be absent. Give ``None`` if AWS answers with a code in ``absent``."""
    try:
        return look()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in absent:
            return None
        if code == NO_BUCKET:
            raise  # the caller makes one fact of the whole bucket
        return Unread(str(error))
    except BotoCoreError as error:
        return Unread(str(error))
