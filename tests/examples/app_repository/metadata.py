"""What the repository takes as an application's metadata.

The limits and the patterns are those of the API reference (CreateApplication); the grammar of versions is semver.org's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from tests.examples.app_repository.refusal import bad_request

_FORMS: Final = {
    "Name": re.compile(r"[a-zA-Z0-9\-]{1,140}"),
    "Description": re.compile(r"(?s).{1,256}"),
    "Author": re.compile(r"(?=.{1,127}$)[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?"),
}
_LABEL: Final = re.compile(r"[a-zA-Z0-9+\-_:/@]{1,127}")
_MOST_LABELS: Final = 10
_IDENTIFIER: Final = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    rf"(-{_IDENTIFIER}(\.{_IDENTIFIER})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?"
)
_EITHER: Final = (("LicenseBody", "LicenseUrl"), ("ReadmeBody", "ReadmeUrl"), ("TemplateBody", "TemplateUrl"))


def check(request: Mapping[str, Any]) -> None:
    """Check what a request gives of an application; what it leaves out is not asked for. Raises RefusedError."""
    for name, form in _FORMS.items():
        if name in request and not form.fullmatch(request[name]):
            raise bad_request(f"{name} is not of the form {form.pattern}: {request[name]!r}.")
    for one, other in _EITHER:
        if one in request and other in request:
            raise bad_request(f"Only one of {one} and {other} can be given.")
    _check_labels(request.get("Labels", []))
    if "SemanticVersion" in request:
        check_version(request["SemanticVersion"])
    if "SpdxLicenseId" in request:
        _check_licence(request["SpdxLicenseId"])


def check_version(version: str) -> None:
    """Check a version against the grammar of semver.org; raises RefusedError."""
    if not _VERSION.fullmatch(version):
        raise bad_request(f"SemanticVersion {version!r} is no semantic version (https://semver.org/).")


def _check_labels(labels: list[str]) -> None:
    if len(labels) > _MOST_LABELS:
        raise bad_request(f"Labels: at most {_MOST_LABELS} can be given, and these are {len(labels)}.")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise bad_request(f"Labels: {label!r} is not of the form {_LABEL.pattern}.")


def _check_licence(identifier: str) -> None:
    try:
        canonical = canonicalize_license_expression(identifier)
    except InvalidLicenseExpression:
        canonical = None
    if canonical != identifier or " " in identifier:  # one licence, not an expression of several
        raise bad_request(f"SpdxLicenseId {identifier!r} is no identifier of https://spdx.org/licenses/.")
