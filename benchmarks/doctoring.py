"""What the doctor costs: its calls over an account of ten policies and 10,000 log groups, and what it takes of its own.

The account is on loopback and answers after a fixed time, which is assumed: what a call to AWS takes hangs on the
network.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, Final

from benchmarks.figure import Figure, ratio
from benchmarks.places import PYTHON, ROOT

TITLE: Final = "vended-logs doctor"
POLICIES: Final = 10
LOG_GROUPS: Final = 10_000
LATENCY: Final = 0.050
"""Seconds that each answer takes; assumed."""
ROUNDS: Final = 7
_REGION: Final = "us-east-1"
_ACCOUNT: Final = "123456789012"
_EXAMINED: Final = (0, 1)
"""The exit codes of an account that was looked at in full. Ten policies are all that it may have: that is a finding."""
_BOTH_SCOPES: Final = 2
_PAGES: Final = {"ListLogGroups": 1000, "DescribeLogGroups": 50}
"""The most log groups that a page of each call has (CloudWatch Logs API Reference)."""


def figures() -> list[Figure]:
    """Return the calls, and what the time goes to.

    Raises:
        RuntimeError: the doctor could not look at all of the account.
    """
    with _account() as account:
        large = _calls(account)
        account.refused = frozenset({"ListLogGroups"})
        small = _calls(account)
        account.refused = frozenset()
        account.latency = LATENCY
        taken = [_run(account) for _ in range(ROUNDS)]
    wall, cpu = median(one.wall for one in taken), median(one.cpu for one in taken)
    waited = large.total() * LATENCY
    return [
        _few(large, "ListLogGroups"),
        _few(small, "DescribeLogGroups"),
        Figure(
            f"The doctor's CPU time, against its waiting for {large.total()} calls (assumed: {LATENCY * 1000:.0f} ms)",
            "< 1",
            f"{ratio(cpu, waited)} ({cpu:.2f} s against {waited:.2f} s; {wall:.2f} s in all)",
            cpu < waited,
            "Its own is the same for any account: Python, botocore, and botocore's description of two services.",
        ),
    ]


def _few(calls: Counter[str], listing: str) -> Figure:
    pages = -(-LOG_GROUPS // _PAGES[listing])
    least = 1 + _BOTH_SCOPES + pages
    return Figure(
        f"The doctor's calls for {POLICIES} policies and {LOG_GROUPS:,} log groups, by {listing}",
        f"<= {least}",
        f"{calls.total()} ({', '.join(f'{count} {name}' for name, count in calls.items())})",
        calls.total() <= least,
        f"Who asks, the policies of both scopes, and {pages} pages of {_PAGES[listing]:,}.",
    )


@dataclass(frozen=True)
class _Taken:
    wall: float
    cpu: float


@dataclass
class _Account:
    """An account whose answers all take as long."""

    url: str = ""
    latency: float = 0.0
    refused: frozenset[str] = frozenset()
    calls: Counter[str] = field(default_factory=Counter)

    def answer(self, action: str, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a call to CloudWatch Logs."""
        self.calls[action] += 1
        if action in self.refused:
            return 400, {"__type": "AccessDeniedException", "message": "not for you"}
        if action == "DescribeResourcePolicies":
            return 200, {"resourcePolicies": [] if asked.get("policyScope") == "RESOURCE" else _policies()}
        if asked["limit"] > _PAGES[action]:
            return 400, {"__type": "InvalidParameterException", "message": "the page is too large"}
        start = int(asked.get("nextToken", 0))
        end = min(start + asked["limit"], LOG_GROUPS)
        more = {"nextToken": str(end)} if end < LOG_GROUPS else {}
        return 200, {"logGroups": [_log_group(number) for number in range(start, end)], **more}


def _log_group(number: int) -> dict[str, Any]:
    name = f"/aws/vendedlogs/states/orders-{number:05}"
    arn = f"arn:aws:logs:{_REGION}:{_ACCOUNT}:log-group:{name}"
    return {"logGroupName": name, "logGroupArn": arn, "logGroupClass": "STANDARD"}


def _policies() -> list[dict[str, Any]]:
    """Return the grant, and nine policies of others, each with some entries of log groups that are there."""
    named = [("AWSLogDeliveryWrite20150319", "delivery.logs.amazonaws.com", ["/aws/vendedlogs/*"])]
    for number in range(1, POLICIES):
        groups = [f"{_log_group(number * 10 + group)['logGroupName']}:*" for group in range(10)]
        named.append((f"events-{number}", "events.amazonaws.com", groups))
    return [
        {"policyName": name, "policyDocument": _document(service, groups), "lastUpdatedTime": 1_700_000_000_000}
        for name, service, groups in named
    ]


def _document(service: str, groups: list[str]) -> str:
    own = {
        "StringEquals": {"aws:SourceAccount": [_ACCOUNT]},
        "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{_REGION}:{_ACCOUNT}:*"]},
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws:logs:{_REGION}:{_ACCOUNT}:log-group:{group}" for group in groups],
        **({"Condition": own} if service.startswith("delivery") else {}),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _calls(account: _Account) -> Counter[str]:
    """Return the calls of one run that were answered, by action."""
    account.calls.clear()
    _run(account)
    return Counter({action: count for action, count in account.calls.items() if action not in account.refused})


def _run(account: _Account) -> _Taken:
    with TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
            "AWS_REGION": _REGION,
            "AWS_ENDPOINT_URL": account.url,
            "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE123456789",
            "AWS_SECRET_ACCESS_KEY": "example",
        }
        begun = time.perf_counter()
        command = [PYTHON, "-m", "vended_logs_tools", "doctor", "--json"]
        with TemporaryFile() as output:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in _EXAMINED:
                output.seek(0)
                said = output.read().decode()[-2000:]
                raise RuntimeError(f"the doctor ended with {process.returncode}:\n{said}")
    return _Taken(wall, used.ru_utime + used.ru_stime)


@contextmanager
def _account() -> Iterator[_Account]:
    account = _Account()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_HandlerOfIt", (_Handler,), {"account": account}))
    account.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet

    account: _Account

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        action = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        due = time.monotonic() + self.account.latency
        if action:
            status, answer = self.account.answer(action, json.loads(body))
            content, kind = json.dumps(answer).encode(), "application/x-amz-json-1.1"
        else:
            self.account.calls["GetCallerIdentity"] += 1
            status, content, kind = 200, _IDENTITY, "text/xml"
        time.sleep(max(0.0, due - time.monotonic()))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives
        """Say nothing."""


_IDENTITY: Final = f"""\
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{_ACCOUNT}:user/operator</Arn><UserId>AIDAEXAMPLE</UserId><Account>{_ACCOUNT}</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>
""".encode()
