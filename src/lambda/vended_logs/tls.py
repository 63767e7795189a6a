"""Whom to trust over TLS: one way for the calls to AWS and for the answer to CloudFormation."""

from __future__ import annotations

import logging
import os
import ssl
from functools import cache

logger = logging.getLogger("vended-logs-policy")


_NAMING = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts what SSL_CERT_FILE or the system names, and AWS_CA_BUNDLE beside it.

    Reading some 150 certificates costs more than a request does, so the context is one for all connections, and the
    files are read once in the life of the process.
    """
    return _context(*(os.environ.get(name, "") for name in _NAMING))


@cache
def _context(bundle: str, file: str, _folder: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if bundle or file:
        # From Python 3.13 on a default context refuses certificates that leave out what RFC 5280 asks for, as those of
        # companies' own authorities do. botocore does not ask for that either; chain, name and dates are checked.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    _trust(context, bundle)
    if not context.cert_store_stats()["x509_ca"]:
        # SSL_CERT_FILE names nothing of use; what the system was built with may.
        _trust(context, ssl.get_default_verify_paths().openssl_cafile)
    return context


def _trust(context: ssl.SSLContext, bundle: str) -> None:
    """Add a file of certificates; one that cannot be used must not cost the answer."""
    if not os.path.isfile(bundle):  # noqa: PTH113 - pathlib's import costs cold starts
        return
    try:
        context.load_verify_locations(cafile=bundle)
    except OSError as error:
        logger.warning("A file of certificates cannot be used", extra={"file": bundle, "reason": str(error)})
