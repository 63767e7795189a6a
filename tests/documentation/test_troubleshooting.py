"""Whoever has a message finds it in the page by its own words, and beside it a cure."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from documentation import sentences
from documentation.sentences import of_tools
from tests.documentation.test_pages import anchors, links
from tests.e2e.log_destination_model import NO_QUALIFIER, NOT_AUTHORIZED, SIZE_EXCEEDED
from tests.e2e.managed_policy_model import ATTACHED

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "troubleshooting.md"
TEXT: Final = PAGE.read_text(encoding="utf-8")
HEADING: Final = re.compile(r"^(##+) (.+)$", re.MULTILINE)
MESSAGES: Final = (
    NOT_AUTHORIZED,  # aws/aws-cdk#26432, and whole in serverless-operations/serverless-step-functions#334
    "(Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException;",  # aws/aws-cdk#26432
    SIZE_EXCEEDED,  # aws-samples/retail-demo-store#625
    "Error Code: InvalidLoggingConfiguration;",  # the same
    NO_QUALIFIER,  # hashicorp/terraform-provider-aws#17682
    # lumigo-io/lumigo-CLI#83
    (
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the"
        " provided role."
    ),
    # serverless/serverless#10469
    "Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120 ",
    "either < 1 or > 51200",  # anomalyco/sst#6231
    "Insufficient permissions to enable logging",  # anomalyco/sst#125
    # navapbc/template-infra#926
    (
        "WAFLogDestinationPermissionIssueException: Unable to deliver logs to the configured destination. You might"
        " need to grant log delivery permissions for the destination. If you're using S3 as your log destination, you"
        " might have exceeded your bucket limit."
    ),
    "Resource limit exceeded. (Service: CloudWatchLogs, Status Code: 400,",  # aws/copilot-cli#5743
    "LimitExceededException: Resource limit exceeded.",  # DNXLabs/terraform-aws-ecs-app#40
    # aws/aws-cdk#32108
    "Failed to update CloudWatch Logs resource policy due to policy document length constraints",
    # aws/aws-cdk#15709
    "A conflicting operation is currently in progress against this resource. Please try again.",
    "Policy with name [ESLogPolicy] does not exist.",  # aws/aws-cdk#12016
    # hashicorp/terraform-provider-aws#29282
    "The specified KMS key does not exist or is not allowed to be used with LogGroup",
    # aws-samples/data-mesh-datazone-cdk-cloudformation#19, of another parameter
    "Parameters: [ssm:/vended-logs-policy/service-token] cannot be found.",
    "Requires capabilities : [CAPABILITY_AUTO_EXPAND]",  # aws/aws-toolkit-jetbrains#1394
    "Requires capabilities : [CAPABILITY_IAM]",  # the same form
    "Requires capabilities : [CAPABILITY_RESOURCE_POLICY]",  # the same form
    # awslabs/amazon-eks-irsa-cfn#8
    "Received response status [FAILED] from custom resource. Message returned:",
    # aws-samples/aws-security-reference-architecture-examples#162
    "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId",
    "Custom Resource failed to stabilize in expected time",  # aws/aws-cdk#2126
    "Modifying service token is not allowed.",  # aws/aws-cdk#7128
    ATTACHED,  # gchq/sleeper#3956
    "cannot be deleted as it is in use by",  # aws/aws-cdk#604
    "Resource creation cancelled",  # aws-cloudformation/cloudformation-coverage-roadmap#1814
)
NAMES: Final = (
    "internal error",  # ElastiCache; no public thread quotes more of it
    "InsufficientCapabilitiesException",  # aws/aws-cdk#1887
    "OperationAbortedException",  # aws/aws-cdk#17546; CloudWatch Logs API, PutResourcePolicy
    "ResourceNotFoundException",  # CloudWatch Logs API, DeleteResourcePolicy
    "InvalidLoggingConfiguration",  # Step Functions API, CreateStateMachine
    "vended-logs-policy-create-failed",  # vended_logs.deletion
)


def front() -> list[tuple[list[str], str]]:
    """Return the rows of the table that the page begins with: the words of messages, and the anchor of a section."""
    rows = TEXT.split("\n\n")[1].splitlines()[2:]
    cells = [re.split(r"(?<!\\)\|", row)[1:3] for row in rows]
    return [(re.findall(r"`([^`]+)`", words), re.findall(r"\(#([^)]+)\)", cure)[0]) for words, cure in cells]


def sections() -> dict[str, str]:
    """Return the text below each heading, up to the next of any level, by its anchor."""
    found = [*HEADING.finditer(TEXT)]
    ends = [heading.start() for heading in found[1:]] + [len(TEXT)]
    return {
        re.sub(r"[^\w -]", "", heading[2]).lower().replace(" ", "-"): TEXT[heading.start() : end]
        for heading, end in zip(found, ends, strict=True)
    }


@pytest.mark.parametrize("message", [*MESSAGES, *NAMES])
def test_each_message_stands_on_one_line(message: str) -> None:
    """Who looks for a message of AWS's, or of our models of it, finds its words unbroken."""
    assert any(message in line for line in TEXT.splitlines())


@pytest.mark.parametrize("message", MESSAGES)
def test_each_message_has_its_section(message: str) -> None:
    """The section in which a message stands is led to by the table, or is part of one that is."""
    holding = [anchor for anchor, text in sections().items() if message in text]
    led_to = {anchor for _, anchor in front()}

    assert led_to & {*holding}


@pytest.mark.parametrize(("words", "anchor"), front(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_table_leads_to_where_its_words_stand(words: list[str], anchor: str) -> None:
    """The words of a row stand in the section that the row leads to."""
    text = sections()[anchor]
    for told in words:
        for part in told.split("..."):
            assert part.strip("[] .") in text, part


def test_the_two_most_common_messages_come_first() -> None:
    """The first screen has them, each with the command that answers it."""
    first, second = TEXT.split("\n\n")[1].splitlines()[2:4]

    assert NOT_AUTHORIZED in first
    assert "`vended-logs doctor --stack NAME`" in first
    assert SIZE_EXCEEDED.partition(". ")[0] in second
    assert "`vended-logs ensure`" in second


@pytest.mark.parametrize("anchor", sections())
def test_each_section_has_a_cure(anchor: str) -> None:
    """Below each heading there is a command, a setting or a link to go on with, or sentences that have their cure."""
    text = sections()[anchor]
    ways = (r"^```(sh|yaml)$", r"`(vended-logs|aws|sam|terraform) [^`]+`", r"\]\([^)]+\)", r"^\| `[^|]+: [^|]+` \|")

    assert any(re.search(way, text, re.MULTILINE) for way in ways) or "cannot be read in full" in text


@pytest.mark.parametrize("anchor", [anchor for anchor, text in sections().items() if "**Who says it:**" in text])
def test_a_section_of_a_message_says_all_there_is_to_say(anchor: str) -> None:
    """A message's section quotes it, and tells who says it, what is behind it and the cure, in that order."""
    text = sections()[anchor]
    told = [text.index(part) for part in ("\n> ", "**Who says it:**", "**What is behind it:**")]
    cure = re.search(r"\*\*(Make sure, and c|C)ure", text)

    assert cure
    assert all(before < after for before, after in pairwise([*told, cure.start()]))


def test_what_is_generated_is_what_the_code_says() -> None:
    """The sentences of the function and of the command, and the role's actions, stand as the code has them."""
    for part in (
        sentences.ours(),
        sentences.unreadable(),
        sentences.of_the_command(),
        of_tools.role_question(),
        of_tools.role_statement(),
    ):
        assert part in TEXT


def test_no_sentence_of_ours_is_written_by_hand() -> None:
    """What the function says stands in the generated parts alone."""
    by_hand = re.sub(r"<!-- \[\[\[cog.*?\[\[\[end\]\]\] -->", "", TEXT, flags=re.DOTALL)

    assert [said.sentence for group in sentences.groups() for said in group.said if said.sentence in by_hand] == []


def test_sections_that_other_pages_lead_to_are_there() -> None:
    """What pages outside of this one link to keeps its anchor."""
    kept = {
        "the-stack-cannot-be-deleted",
        "the-message-is-ours",
        "the-deploy-hangs-at-the-resource",
        "putting-a-policy-back",
    }

    assert kept <= anchors(PAGE)


def test_sources_are_public() -> None:
    """Outside of the project the page links to AWS's documentation and to GitHub, nowhere else."""
    outside = [target for target in links(PAGE) if target.startswith("http")]

    assert len(outside) >= 20
    assert all(target.startswith(("https://docs.aws.amazon.com/", "https://github.com/")) for target in outside)
