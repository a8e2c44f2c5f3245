"""Requests and responses as values: what cannot be one is refused."""

from __future__ import annotations

import pytest

from local_loop.http import Request, Response


def test_a_target_that_may_not_stand_in_a_request_line_is_quoted_and_nothing_else() -> None:
    assert Request.to("/ä b%20c?d=é&e=%C3%A9").target == "/%C3%A4%20b%20c?d=%C3%A9&e=%C3%A9"


def test_bytes_that_are_no_utf_8_are_quoted_as_they_are() -> None:
    assert Request.to(b"/\xff".decode("utf-8", "surrogateescape")).path == "/%FF"


def test_a_path_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="starts with a slash"):
        Request(path="a")


def test_names_of_headers_are_in_lower_case() -> None:
    with pytest.raises(ValueError, match="lower case here, got Accept"):
        Request(path="/", headers={"Accept": "*/*"})
    with pytest.raises(ValueError, match="lower case here, got Location"):
        Response(status=302, headers={"Location": "/"})


@pytest.mark.parametrize("status", [0, 100, 600])
def test_a_response_has_a_final_status(status: int) -> None:
    with pytest.raises(ValueError, match="200 to 599"):
        Response(status=status)
