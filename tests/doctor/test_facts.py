"""The facts keep what is secret to themselves."""

from __future__ import annotations

from tests.doctor.stack import KEY, REFERER, SECRET, standard_facts, with_environment


def test_no_secret_is_in_what_a_failing_test_or_a_log_would_show() -> None:
    shown = repr(with_environment(standard_facts(), RESIZER_SIGNING_KEYS=KEY))
    assert "img-derivatives" in shown
    assert REFERER not in shown
    assert SECRET not in shown
    assert KEY not in shown
