"""The provider as a function: what it logs, how much and how soon it answers."""

from __future__ import annotations

import json

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, delivery, full
from tests.e2e.apps import FUNCTION, POLICY, combined, policy, provider
from tests.e2e.deploying import Stack
from tests.e2e.scene import Scene, on_both_engines

LARGEST_ANSWER = 4096


@on_both_engines
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_the_signed_url_is_never_logged(scene: Scene, level: str) -> None:
    """Whatever the log level, the URL that answers go to is nowhere in the logs, for it lets anyone answer."""
    template = combined(policy({"WhenFull": "Spill"}), provider())
    template["Resources"][FUNCTION]["Properties"]["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] = level
    first = scene.deploy("app", template)
    template["Resources"][POLICY]["Properties"]["WhenFull"] = "Grow"
    scene.deploy("app", template)
    logged = function_log(scene, first)
    tokens = [entry.data["token"] for entry in scene.answers()]
    assert len(tokens) == 3
    assert "Answering" in logged
    everything = logged + scene.cloud.log.read_text(encoding="utf-8")
    assert not [token for token in tokens if token in everything]
    assert "cfn-response" not in logged


def test_what_is_replaced_is_logged_whole(scene: Scene) -> None:
    """Before a policy is overwritten its document is in the log, so that it can be put back."""
    scene.account.put(SHARED_POLICY, *full())
    replaced = in_any_order(json.loads(scene.account.texts()[SHARED_POLICY]))
    stack = scene.deploy("app", combined(policy(), provider()))
    logged = [in_any_order(document) for document in documents_in(function_log(scene, stack))]
    assert replaced in logged


def test_answers_fit(scene: Scene) -> None:
    """No answer passes CloudFormation's 4,096 bytes, however long the names are and however much was dropped."""
    scene.account.put(SHARED_POLICY, *full())
    patterns = [f"/aws/vendedlogs/{'x' * 60}{number}/*" for number in range(9)]
    scene.deploy("app", combined(policy({"LogGroupPatterns": ["/aws/vendedlogs/*", *patterns]}), provider()))
    scene.deploy("bad", combined(policy({"PolicyName": "y" * 2000}), provider()))
    sizes = [entry.data["size"] for entry in scene.answers()]
    assert len(sizes) == 3
    assert max(sizes) <= LARGEST_ANSWER


@on_both_engines
def test_a_delete_is_answered_at_once(scene: Scene) -> None:
    """A delete takes a second, not the two minutes that the library beneath would sleep."""
    scene.deploy("app", combined(policy(), provider()))
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert scene.events()[-1].data["request_type"] == "Delete"
    assert scene.seconds_to_answer() < 1


@on_both_engines
def test_the_guard_ensures_the_grant(scene: Scene) -> None:
    """The guard's event, which is not CloudFormation's, brings back a grant that someone overwrote."""
    token = scene.deploy("provider", provider()).outputs["ServiceToken"]
    scene.account.put(SHARED_POLICY, delivery("/aws/vendedlogs/one"))
    properties = {"PolicyName": SHARED_POLICY, "SettleSeconds": "0"}
    event = {"source": "vended-logs-policy.guard", "ResourceProperties": properties}
    answer = scene.client("lambda").invoke(FunctionName=token, Payload=json.dumps(event))
    assert "FunctionError" not in answer
    assert BROAD_ENTRY in scene.account.entries()


@on_both_engines
def test_only_the_logs_actions_are_called(scene: Scene) -> None:
    """The provider calls CloudWatch Logs with the four actions of its role, and nothing else."""
    scene.deploy("app", combined(policy({"OnDelete": "RemoveWhenUnused"}), provider()))
    scene.delete("app")
    called = set(scene.calls())
    granted = provider()["Resources"][FUNCTION]["Properties"]["Policies"][0]["Statement"][0]["Action"]
    assert {f"logs:{action}" for action in called} == set(granted)


def function_log(scene: Scene, stack: Stack) -> str:
    """Return all that the stack's function has logged, one line a message."""
    pages = scene.client("logs").get_paginator("filter_log_events").paginate(logGroupName=stack.outputs["LogGroup"])
    return "\n".join(event["message"] for page in pages for event in page["events"])


def documents_in(log: str) -> list[object]:
    """Return the policy documents that are logged as text inside the JSON lines."""
    found = []
    for line in log.splitlines():
        try:
            fields = json.loads(line[line.index("{") :])
        except ValueError:
            continue
        found += [as_document(value) for value in fields.values() if isinstance(value, str) and value.startswith("{")]
    return found


def as_document(text: str) -> object:
    """Return what the text holds, nothing if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def in_any_order(value: object) -> object:
    """Return the JSON value with its lists sorted: their order has no meaning in a policy."""
    if isinstance(value, dict):
        return {key: in_any_order(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((in_any_order(item) for item in value), key=json.dumps)
    return value
