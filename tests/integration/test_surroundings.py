"""What the function answers when it starts in broken surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.logs_service import LogsService
from tests.integration.processes import run
from tests.support.answers import Answers
from tests.support.function import event
from vended_logs.deletion import DEFAULT_POLICY_NAME, FAILED_CREATE_ID

HARMLESS = [
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_CONFIG_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CSM_ENABLED",
    "AWS_CSM_PORT",
    "AWS_DATA_PATH",
    "AWS_DEFAULTS_MODE",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_ENDPOINT_DISCOVERY_ENABLED",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_FORMAT",
    "AWS_LAMBDA_LOG_LEVEL",
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_NEW_RETRIES_2026",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_RETRY_MODE",
    "AWS_ROLE_ARN",
    "AWS_SAM_LOCAL",
    "AWS_SDK_UA_APP_ID",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "BOTO_CONFIG",
    "BOTO_DISABLE_CRT",
    "CURL_CA_BUNDLE",
    "LAMBDA_TASK_ROOT",
    "LOG_LEVEL",
    "POWERTOOLS_DEBUG",
    "POWERTOOLS_DEV",
    "POWERTOOLS_LOGGER_LOG_EVENT",
    "POWERTOOLS_LOGGER_SAMPLE_RATE",
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_DISABLED",
    "POWERTOOLS_METRICS_FUNCTION_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_TRACE_DISABLED",
    "REQUESTS_CA_BUNDLE",
    "SSLKEYLOGFILE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "_X_AMZN_TRACE_ID",
]
"""Variables that the libraries beneath read, and that the function needs no value of."""
NO_CLIENT = (
    "No client for CloudWatch Logs could be made (ValueError: Invalid endpoint: non sense): mend {} in the provider"
    " function's environment variables, then deploy again."
)
OUTSIDE = "{} is not what this provider may be asked for (non sense): widen its Allowed{}."


@pytest.mark.parametrize("nonsense", ["/none-such/x y", "", "true", "-1"])
def test_nonsense_in_variables_that_do_not_matter_is_survived(
    service: LogsService, answers: Answers, environment: dict[str, str], nonsense: str
) -> None:
    """With a nonsense value in every variable that the libraries read, the grant is made and nothing fails after it."""
    done = run(event("Create", answers.url), {**environment, **dict.fromkeys(HARMLESS, nonsense)})

    assert done.returncode == 0, done.stderr
    assert answers.only["Status"] == "SUCCESS", answers.only
    assert DEFAULT_POLICY_NAME in service.policies


def test_files_that_are_no_settings_are_survived(answers: Answers, environment: dict[str, str], tmp_path: Path) -> None:
    """Neither a file of settings nor a bundle of certificates that is something else keeps the function from it."""
    broken = tmp_path / "broken"
    broken.write_text("]]] neither = settings\n nor a certificate")
    names = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    done = run(event("Create", answers.url), {**environment, **dict.fromkeys(names, str(broken))})

    assert (answers.only["Status"], done.returncode) == ("SUCCESS", 0)


@pytest.mark.parametrize(
    ("variable", "reason"),
    [
        ("AWS_ENDPOINT_URL", NO_CLIENT.format("AWS_ENDPOINT_URL")),
        ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", NO_CLIENT.format("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS")),
        ("ALLOWED_LOG_GROUP_PATTERNS", OUTSIDE.format("LogGroupPatterns '/aws/vendedlogs/*'", "LogGroupPatterns")),
        ("ALLOWED_PRINCIPALS", OUTSIDE.format("Principals 'delivery.logs.amazonaws.com'", "Principals")),
        ("ALLOWED_POLICY_NAMES", OUTSIDE.format("PolicyName 'AWSLogDeliveryWrite20150319'", "PolicyNames")),
    ],
)
def test_nonsense_that_matters_is_named(
    service: LogsService, answers: Answers, environment: dict[str, str], variable: str, reason: str
) -> None:
    """A variable that the function rests on is named in the answer, and nothing is written."""
    run(event("Create", answers.url), {**environment, variable: "non sense"})

    assert (answers.only["Status"], answers.only["Reason"]) == ("FAILED", reason)
    assert answers.only["PhysicalResourceId"] == FAILED_CREATE_ID
    assert service.policies == {}
