"""The environment variables that the function takes, and those that it keeps from the libraries beneath it.

boto3, Powertools and OpenSSL read some seventy variables. Many of them stop the import or the making of a client when
their value is nonsense, before anyone could be answered, and one has the keys of every TLS connection written down. The
function needs none of these, so they are gone before the first import.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

_PREFIXES = ("AWS_", "BOTO_", "BOTOCORE_", "POWERTOOLS_")
_KEPT_PREFIXES = ("AWS_CONTAINER_", "AWS_LAMBDA_", "AWS_XRAY_")
_KEPT = frozenset({
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_EXECUTION_ENV",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_REGION",
    "AWS_SAM_LOCAL",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
})  # fmt: skip
_FORGOTTEN = frozenset({"SSLKEYLOGFILE"})
_SETTINGS = ("ALLOWED_", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "HTTPS_PROXY", "HTTP_PROXY", "POWERTOOLS_", "SSL_CERT_")
"""What people set, of that which is kept; the rest is Lambda's own."""
_SHORTEST = 3
"""Characters of a value that says something when it is found in a sentence."""


def forget_settings(environment: MutableMapping[str, str]) -> None:
    """Take out every variable that the libraries read and the function does not need."""
    for name in list(environment):
        if name in _FORGOTTEN or (
            name.startswith(_PREFIXES) and name not in _KEPT and not name.startswith(_KEPT_PREFIXES)
        ):
            del environment[name]


def variable_in(sentence: str, environment: Mapping[str, str]) -> str | None:
    """Return the variable that a library complains about: by its name or else by its value; None if none is found."""
    named = [name for name in environment if "_" in name[1:] and name in sentence]
    quoted = [
        name
        for name, value in environment.items()
        if name.upper().startswith(_SETTINGS) and len(value) >= _SHORTEST and value in sentence
    ]
    # The longest says most: AWS_ENDPOINT_URL is a part of other names, and a short value of many sentences.
    by_name = max(sorted(named), key=len, default=None)
    return by_name or max(sorted(quoted), key=lambda name: len(environment[name]), default=None)
