"""Secrets in a text are found however they are written there."""

from __future__ import annotations

import pytest

from vended_logs.redaction import keep_secret, redacted

TOKEN = "IQoJb3JpZ2luX2VjEJr+/token=="  # noqa: S105 - a marker to look for


@pytest.mark.parametrize("ending", ["", "\n", " "])
def test_a_token_is_found_as_it_is_and_quoted(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands at its end, a session token is found by itself and in the quotes of an exception's text."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN + ending)
    value = TOKEN + ending

    assert TOKEN not in redacted(f"Invalid header value {value.encode()!r} and {value!r} and {value}")


@pytest.mark.parametrize(
    "text",
    [
        '{{"X-Amz-Security-Token": "{}"}}',
        "{{'x-amz-security-token': b'{}'}}",
        '"Signature":"{}"',
        "https://host/?X-Amz-Signature={}&x=y",
        "Signature={}, SignedHeaders=host",
        "signature%3d{}",
    ],
)
def test_a_signature_that_nobody_told_us_is_found_by_its_name(text: str) -> None:
    """Credentials may come from elsewhere than the environment; their names give them away."""
    keep_secret(None)

    assert "5ec2e7abcd" not in redacted(text.format("5ec2e7abcd"))
