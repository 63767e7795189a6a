"""The model of the repository says no where the documentation does: each rule refuses what breaks it, and no more."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from tests.examples.app_repository.fixtures import APP, COLLEAGUE, ORGANISATION, STRANGER, client, release
from tests.examples.app_repository.publisher import Account

Json = dict[str, Any]

METADATA: Final[Mapping[str, tuple[Json, str]]] = {
    "a name with a space": ({"Name": "vended logs"}, "Name is not of the form"),
    "a long name": ({"Name": "x" * 141}, "Name is not of the form"),
    "a long description": ({"Description": "x" * 257}, "Description is not of the form"),
    "an empty description": ({"Description": ""}, "Description is not of the form"),
    "an author in capitals": ({"Author": "Authors"}, "Author is not of the form"),
    "an author with two hyphens": ({"Author": "the--authors"}, "Author is not of the form"),
    "eleven labels": ({"Labels": [f"label-{number}" for number in range(11)]}, "at most 10"),
    "a label with a space": ({"Labels": ["step functions"]}, "Labels: 'step functions'"),
    "a licence that is none": ({"SpdxLicenseId": "Apache"}, "SpdxLicenseId 'Apache'"),
    "two licences": ({"SpdxLicenseId": "Apache-2.0 OR MIT"}, "SpdxLicenseId"),
    "a version of two numbers": ({"SemanticVersion": "1.0"}, "no semantic version"),
    "a version with a leading zero": ({"SemanticVersion": "1.01.0"}, "no semantic version"),
    "a version with a v": ({"SemanticVersion": "v1.0.0"}, "no semantic version"),
    "a local licence": ({"LicenseUrl": "LICENSE"}, "Invalid S3 URI: 'LICENSE'"),
    "a local readme": ({"ReadmeUrl": "README-SAR.md"}, "Invalid S3 URI"),
    "a readme that is not there": (
        {"ReadmeUrl": "s3://{bucket}/nothing"},
        "Access denied: bucket={bucket}, key=nothing",
    ),
    "a readme in a bucket that is not there": ({"ReadmeUrl": "s3://no-such-bucket/readme"}, "Access denied"),
    "readme and body": ({"ReadmeBody": "# Read me"}, "Only one of ReadmeBody and ReadmeUrl"),
    "no text in a version": ({"TemplateBody": "- 1"}, "no template with Resources"),
    "a number for a name": ({"Name": 1}, "Invalid type for parameter Name"),
    "no author": ({"Author": None}, 'Missing required parameter in input: "Author"'),
}


@pytest.fixture
def valid(account: Account) -> Json:
    """A request that is granted: see test_what_is_valid_is_granted."""
    return release(account)


def refusal(ask: Callable[..., object], **request: object) -> str:
    """Return code and message of the refusal that a call ends in."""
    with pytest.raises(ClientError) as refused:
        ask(**{name: value for name, value in request.items() if value is not None})
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_what_is_valid_is_granted(valid: Json, served: str) -> None:
    """The request that the refusals below differ from in one thing is granted, and shown as it was given."""
    ours = client(served)
    assert ours.create_application(**valid)["ApplicationId"] == APP
    shown = ours.get_application(ApplicationId=APP, SemanticVersion=valid["SemanticVersion"])
    assert {name: shown[name] for name in ("Name", "Author", "Labels")} == {
        name: valid[name] for name in ("Name", "Author", "Labels")
    }
    assert shown["Version"]["SemanticVersion"] == valid["SemanticVersion"]
    listed = ours.list_application_versions(ApplicationId=APP)["Versions"]
    assert [one["SemanticVersion"] for one in listed] == [valid["SemanticVersion"]]


CHANGE_SETS: Final[Mapping[str, tuple[Json, str]]] = {
    "a version that is not there": ({"SemanticVersion": "9.0.0"}, "NotFoundException: "),
    "no resource policies acknowledged": (
        {"Capabilities": ["CAPABILITY_NAMED_IAM"]},
        "BadRequestException: Requires capabilities : [CAPABILITY_RESOURCE_POLICY]",
    ),
    "nothing acknowledged": (
        {},
        "BadRequestException: Requires capabilities : [CAPABILITY_IAM, CAPABILITY_RESOURCE_POLICY]",
    ),
    "what is not modelled": ({"TemplateId": "one"}, "BadRequestException: Not modelled: TemplateId."),
    "no stack": ({"StackName": None}, "BadRequestException: "),
}


@pytest.mark.parametrize("case", CHANGE_SETS)
def test_change_set_is_refused(case: str, valid: Json, served: str) -> None:
    """A change set of a version that is not there, or without an acknowledgement that it needs, is not made."""
    change, message = CHANGE_SETS[case]
    ours = client(served)
    ours.create_application(**valid)
    request = {"ApplicationId": APP, "StackName": "vended-logs-policy", **change}
    assert refusal(ours.create_cloud_formation_change_set, **request).startswith(message)


@pytest.mark.parametrize("case", METADATA)
def test_metadata_is_refused(case: str, valid: Json, served: str, account: Account) -> None:
    """Metadata that breaks a documented rule is a bad request whose message names what broke it."""
    change, message = METADATA[case]
    filled = {
        name: str(value).format(bucket=account.bucket) if name.endswith("Url") else value
        for name, value in change.items()
    }
    told = refusal(client(served).create_application, **{**valid, **filled})
    assert told.startswith("BadRequestException: ")
    assert message.format(bucket=account.bucket) in told


TEMPLATES: Final[Mapping[str, tuple[Callable[[Json], object], str]]] = {
    "a type that is not supported": (
        lambda template: template["Resources"].update(Broad={"Type": "AWS::Logs::ResourcePolicy"}),
        "The resource Broad is of the type AWS::Logs::ResourcePolicy",
    ),
    "a short custom type": (
        lambda template: template["Resources"]["VendedLogsPolicy"].update(Type="Custom::VendedLogsPolicy"),
        "Custom::VendedLogsPolicy",
    ),
    "a type that the transform makes": (
        lambda template: template["Resources"]["Provider"]["Properties"].update(
            Events={"Guard": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)"}}}
        ),
        "AWS::Scheduler::Schedule",
    ),
    "a macro": (
        lambda template: template.update(Transform=["AWS::Serverless-2016-10-31", "OurMacro"]),
        "no transform but AWS::Serverless-2016-10-31",
    ),
    "an embedded macro": (
        lambda template: template["Resources"]["Provider"]["Properties"].update(
            {"Fn::Transform": {"Name": "OurMacro"}}
        ),
        "no macro",
    ),
    "local code": (
        lambda template: template["Resources"]["Provider"]["Properties"].update(CodeUri="src/lambda"),
        "Invalid S3 URI: 'src/lambda'",
    ),
    "no code": (
        lambda template: template["Resources"]["Provider"]["Properties"].pop("CodeUri"),
        "The SAM transform refuses TemplateBody: ",
    ),
    "code that is not there": (
        lambda template: template["Resources"]["Provider"]["Properties"].update(CodeUri="s3://no-such-bucket/code"),
        "Failed to copy S3 object. Access denied: bucket=no-such-bucket, key=code",
    ),
}


@pytest.mark.parametrize("case", TEMPLATES)
def test_template_is_refused(case: str, valid: Json, served: str) -> None:
    """A template that breaks a rule is a bad request whose message names what broke it."""
    change, message = TEMPLATES[case]
    template = json.loads(valid["TemplateBody"])
    change(template)
    told = refusal(client(served).create_application, **{**valid, "TemplateBody": json.dumps(template)})
    assert told.startswith("BadRequestException: ")
    assert message in told


def test_bucket_policy_counts(valid: Json, served: str, account: Account) -> None:
    """What the bucket's policy does not let the service read, or lets it read for another account, is not read."""
    s3 = account.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=account.bucket)["Policy"])
    for changed in (
        {**policy, "Statement": [{**one, "Action": "s3:ListBucket"} for one in policy["Statement"]]},
        json.loads(json.dumps(policy).replace(APP.split(":")[4], STRANGER)),
        json.loads(json.dumps(policy).replace("serverlessrepo", "cloudformation")),
    ):
        s3.put_bucket_policy(Bucket=account.bucket, Policy=json.dumps(changed))
        assert "Failed to copy S3 object. Access denied" in refusal(client(served).create_application, **valid)


def test_what_is_there_is_not_made_again(valid: Json, served: str) -> None:
    """An application and a version are made once; the conflict's message holds the id that the SAM CLI looks for."""
    ours = client(served)
    ours.create_application(**valid)
    assert refusal(ours.create_application, **valid) == f"ConflictException: Application with id {APP} already exists"
    again = {"ApplicationId": APP, "SemanticVersion": valid["SemanticVersion"], "TemplateBody": valid["TemplateBody"]}
    assert refusal(ours.create_application_version, **again).startswith("ConflictException: ")
    assert refusal(ours.create_application_version, **{**again, "SemanticVersion": "2"}).startswith("BadRequest")
    assert refusal(ours.get_application, ApplicationId=APP, SemanticVersion="9.0.0").startswith("NotFoundException: ")


def test_nobody_else_changes_it(valid: Json, served: str) -> None:
    """Another account may neither publish a version nor share the application, and unsigned requests are denied."""
    client(served).create_application(**valid)
    theirs = client(served, STRANGER)
    told = refusal(theirs.update_application, ApplicationId=APP, Author="another")
    assert told.startswith("AccessDeniedException: ")
    statement = {"Principals": ["*"], "Actions": ["Deploy"]}
    assert refusal(theirs.put_application_policy, ApplicationId=APP, Statements=[statement]).startswith("AccessDenied")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{served}/applications", timeout=10)  # noqa: S310  our own server


SHARING: Final[Mapping[str, tuple[Json, str]]] = {
    "another's organisation": (
        {"Principals": ["*"], "PrincipalOrgIDs": ["o-another"], "Actions": ["Deploy", "UnshareApplication"]},
        "not a member of o-another",
    ),
    "an organisation without a way back": (
        {"Principals": ["*"], "PrincipalOrgIDs": [ORGANISATION], "Actions": ["Deploy"]},
        "needs the action UnshareApplication",
    ),
    "everybody, without a licence": (
        {"Principals": ["*"], "Actions": ["Deploy"]},
        "needs SemanticVersion and LicenseUrl",
    ),
    "nobody": ({"Actions": ["Deploy"]}, 'Missing required parameter in Statements[0]: "Principals"'),
}


@pytest.mark.parametrize("case", SHARING)
def test_sharing_is_refused(case: str, valid: Json, served: str) -> None:
    """A policy that breaks a documented rule is a bad request, and the application stays private."""
    statement, message = SHARING[case]
    ours = client(served)
    ours.create_application(**{name: value for name, value in valid.items() if name != "LicenseUrl"})
    assert message in refusal(ours.put_application_policy, ApplicationId=APP, Statements=[statement])
    assert ours.get_application_policy(ApplicationId=APP)["Statements"] == []
    assert refusal(client(served, COLLEAGUE).get_application, ApplicationId=APP).startswith("AccessDeniedException: ")
