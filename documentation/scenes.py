"""What the pictures show: the account of the demo, looked at by the doctor, and its policy before and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from rich.console import Console

from documentation import house
from documentation.drawing import draw
from tests.e2e.account import SHARED_POLICY, SIZE_LIMIT, as_text, document, foreign, full
from tests.e2e.demo import EARLIER_GROUP, WAF_GROUPS, changes, table
from tests.e2e.snapshot import Snapshot
from tests.tools.account.logs_answers import LogsAnswers
from tests.unit.policy.policies import described
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.doctor import examine
from vended_logs_tools.screen.account_view import show
from vended_logs_tools.screen.bar import bar, style
from vended_logs_tools.screen.finding_view import show_summary
from vended_logs_tools.screen.writing import write

SCOPE: Final = Scope("aws", "us-west-2", "123456789012")
_PLACE: Final = f"--region {SCOPE.region}"
_COLOURS: Final = {"added": "green", "dropped": "red", "kept": ""}


def doctor(screen: Console) -> None:
    """Show the doctor's look at an account whose policy is full."""
    screen.print(f"$ vended-logs doctor {_PLACE}\n", style="bold", soft_wrap=True)
    found = examined()
    show(screen, found)
    show_summary(screen, [found])


def examined(own: str = "", **refusals: tuple[int, str]) -> Examination:
    """Return what the doctor finds there.

    Args:
        own: the ARN of a log group that has a policy of its own, if one has.
        refusals: what CloudWatch Logs refuses with, a status and a code, by action.
    """
    groups = [EARLIER_GROUP, *WAF_GROUPS, "/aws/lambda/orders", "/aws/OpenSearchService/domains/shop"]
    logs = LogsAnswers(log_groups=groups, refusals=refusals)
    logs.hold(SHARED_POLICY, full_policy())
    logs.hold("Search", as_text(document(_search())))
    if own:
        logs.hold("Own", as_text(document(_search())), own)
    return examine(logs.reader(), None, _PLACE)


def before_and_after(screen: Console) -> None:
    """Show the policy of the demo before and after, planned for anew."""
    held = full_policy()
    made = plan([ResourcePolicy.parse(SHARED_POLICY, held)], Request(scope=SCOPE))
    texts = {"before": held, "after": made.puts[0].document.to_json()}
    seen = {name: Snapshot(len(text), json.loads(text)["Statement"]) for name, text in texts.items()}
    write(screen, 0, (SHARED_POLICY, "bold"))
    screen.print()
    for name, snapshot in seen.items():
        drawn = bar(snapshot.size, SIZE_LIMIT, 60, blocks=True)
        write(screen, 2, (drawn, style(snapshot.size, SIZE_LIMIT)), label=f"{name:8}")
    screen.print()
    for line in table(seen):
        screen.print(f"  {line}", soft_wrap=True)
    screen.print()
    colour = ""
    for line in changes(*seen.values()):
        colour = _COLOURS.get(line.split(" ")[0], colour)
        screen.print(f"  {line}", style=colour, soft_wrap=True)


PICTURES: Final[dict[str, Callable[[], str]]] = {
    "before-and-after.svg": lambda: draw("The log policy before and after", before_and_after),
    "house.svg": house.draw,
    "doctor.svg": lambda: draw("vended-logs doctor on an account whose log policy is full", doctor),
}
"""How each picture is drawn, by the name of its file in docs/pictures."""


def full_policy() -> str:
    """Return the policy that the demo fills, as the service gives it back."""
    return described(as_text(document(*full(foreign(), also=(*WAF_GROUPS, EARLIER_GROUP)))))


def _search() -> dict[str, Any]:
    return foreign("es.amazonaws.com", "/aws/OpenSearchService/domains/*")
