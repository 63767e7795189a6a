"""What is behind a TLS connection that did not come about: whose certificate was not taken, and which file decides."""

import re
from typing import Final, NamedTuple

from botocore.exceptions import SSLError

# OpenSSL's own words, which botocore quotes: "... certificate verify failed: self-signed certificate (_ssl.c:1006)".
_NOT_TRUSTED: Final = re.compile(r"certificate verify failed(?:: (?P<why>[^()]+?))?(?= ?\(|$)", re.IGNORECASE)
_NO_BUNDLE: Final = re.compile("No such file or directory|Is a directory|Permission denied|no certificate or crl found")


class Distrust(NamedTuple):
    """Why there is no connection, and what to do about it; each half a sentence."""

    cause: str
    cure: str


def distrust(error: Exception) -> Distrust | None:
    """Return what was wrong with certificates; None if something else kept a connection from coming about."""
    if not isinstance(error, SSLError):
        return None
    untrusted = _NOT_TRUSTED.search(str(error))
    if untrusted:
        why = untrusted["why"] or "no reason given"
        return Distrust(
            f"the certificate of {error.kwargs['endpoint_url']} is not trusted ({why})",
            "if a proxy opens TLS on the way, AWS_CA_BUNDLE has to name the file with its authority's certificate",
        )
    missing = _NO_BUNDLE.search(str(error))
    if missing:
        return Distrust(
            f"the file of trusted certificates cannot be used ({missing[0]})",
            "look at AWS_CA_BUNDLE and at ca_bundle of the profile, which name it",
        )
    return None
