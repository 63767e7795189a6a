"""The doctor's report for programs: the names of the fields are fixed.

docs/cli.md lists them, as the docstrings here tell them.
"""

from typing import Any

from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT
from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.health import GrantState, wanted


def as_json(examination: Examination) -> dict[str, Any]:
    """Return one region as JSON has it; what was not looked at is null.

    account: the account's number; empty if it is not known.
    region: the region.
    target: what was asked about, such as ``state machine orders``; ``null`` for a look at the account.
    error: why the region could not be examined, one sentence; else ``null``.
    policies: a list of the account-level policies (below); ``null`` with a target.
    slots: ``used`` and ``limit``, policies of ten.
    grant: how the vended-logs grant stands (below).
    log_groups: ``count``, and ``policies``: a list of ``resource`` and ``size`` of log groups' own policies.
    findings: a list, faults first, then warnings, then notes (below).
    unread: what could not be looked at: ``action``, ``arguments``, ``reason``, and what is not known then: ``matters``.
    calls: calls to AWS, each page one.
    """
    survey = examination.survey
    policies = survey.policies if survey else None
    return {
        "account": examination.scope.account,
        "region": examination.scope.region,
        "target": examination.target,
        "error": examination.error,
        "policies": None if survey is None or policies is None else [_policy(survey, one) for one in policies],
        "slots": None if policies is None else {"used": len(policies), "limit": MAX_POLICIES},
        "grant": _grant(examination.grant),
        "log_groups": _log_groups(survey),
        "findings": [_finding(examination, one) for one in examination.findings],
        "unread": [{**_call(one.call), "reason": one.reason, "matters": one.matters} for one in examination.all_unread],
        "calls": examination.calls,
    }


def _policy(survey: Survey, policy: AccountPolicy) -> dict[str, Any]:
    """Return a policy of the account.

    name: its name.
    size: characters as read.
    limit: the most it may have, 5,120.
    room: what is left, never below 0.
    last_updated: milliseconds since 1970.
    entries: how many resources its statements name; ``null`` if it cannot be read in full.
    stale: the entries for one log group that does not exist; ``null`` if that is not known.
    unreadable: why it cannot be read in full; else ``null``.
    statements: its statements as in IAM's JSON; ``null`` if it cannot be read in full.
    """
    readable = policy.document is not None
    known = readable and survey.log_groups is not None
    return {
        "name": policy.name,
        "size": policy.size,
        "limit": SIZE_LIMIT,
        "room": max(0, SIZE_LIMIT - policy.size),
        "last_updated": policy.last_updated,
        "entries": len(policy.entries) if readable else None,
        "stale": list(survey.stale(policy)) if known else None,
        "unreadable": policy.unreadable or None,
        "statements": [one.to_dict() for one in policy.statements] if readable else None,
    }


def _grant(grant: GrantState | None) -> dict[str, Any] | None:
    """Return how the grant stands.

    in_force: ``true``, ``false``, or ``null`` if a policy cannot be read in full.
    revocable: ``true`` if only a stack's revocable statement carries it.
    policy: the policy that carries it, or would; ``null`` if nothing can be written.
    outcome: what ``ensure`` would do, in one word (``AlreadyGranted``: nothing); ``null`` if nothing can be written.
    size_after: the size of that policy then; ``null`` if nothing can be written.
    refusal: why nothing can be written, one sentence with its cure; else ``null``.
    takes: what ``ensure`` would do, half a sentence; ``null`` if nothing.
    """
    if grant is None:
        return None
    return {
        "in_force": grant.in_force,
        "revocable": grant.revocable,
        "policy": grant.plan.policy_name if grant.plan else None,
        "outcome": grant.plan.outcome if grant.plan else None,
        "size_after": grant.plan.size if grant.plan else None,
        "refusal": grant.refusal or None,
        "takes": None if grant.plan is None or not grant.plan.puts else wanted(grant),
    }


def _log_groups(survey: Survey | None) -> dict[str, Any] | None:
    if survey is None:
        return None
    of_groups = survey.log_group_policies
    return {
        "count": None if survey.log_groups is None else len(survey.log_groups),
        "policies": None if of_groups is None else [{"resource": one.resource, "size": one.size} for one in of_groups],
    }


def _finding(examination: Examination, finding: Diagnosis) -> dict[str, Any]:
    """Return a finding.

    cause: its name, as in ``docs/causes.md``.
    weight: ``fault``, ``warning`` or ``note``.
    subject: what it is about.
    message: what is wrong, a sentence without its full stop.
    cure: what to do, a sentence without its full stop.
    commands: the cure as lines for a shell or a template, with ``--region`` and ``--profile`` in them.
    evidence: a list of ``action`` (such as ``logs:DescribeResourcePolicies``), ``arguments`` (an object) and ``shows``.
    """
    return {
        "cause": finding.cause,
        "weight": finding.weight.value,
        "subject": finding.subject,
        "message": finding.message,
        "cure": finding.cure,
        "commands": [examination.command(one) for one in finding.commands],
        "evidence": [{**_call(one.call), "shows": one.shows} for one in finding.evidence],
    }


def _call(call: Call) -> dict[str, Any]:
    return {"action": call.action, "arguments": dict(call.arguments)}
