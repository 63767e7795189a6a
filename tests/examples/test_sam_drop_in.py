"""examples/sam-drop-in: an app that cannot be deployed, and the same app with the function and the resource in it."""

from pathlib import Path
from typing import Final

from tests.e2e.account import BROAD_ENTRY, Account
from tests.e2e.local_cloud import ROOT, LocalCloud
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.sam import Sam
from tests.examples.shared_account import SIZE_EXCEEDED
from tests.examples.stacks import Stacks
from vended_logs_tools.inject import Options, inject_into
from vended_logs_tools.reading.source import read

EXAMPLE: Final = ROOT / "examples" / "sam-drop-in"
BEFORE: Final = EXAMPLE / "before" / "template.yaml"
AFTER: Final = EXAMPLE / "after" / "template.yaml"


def test_before_fails_and_after_succeeds(
    tmp_path: Path, cloud: LocalCloud, full_account: Account, stacks: Stacks, ledger: Ledger
) -> None:
    """With a full log policy `sam deploy` fails for the app as it was, and succeeds for the app with the resource."""
    before = Sam(tmp_path, cloud, ledger, "sam-drop-in/before")
    before.run("build")
    assert "ROLLBACK_COMPLETE" in " ".join(before.fail("deploy").split())
    assert SIZE_EXCEEDED in stacks.reasons("orders")
    assert BROAD_ENTRY not in full_account.entries()
    before.run("delete", "--no-prompts")

    after = Sam(tmp_path, cloud, ledger, "sam-drop-in/after")
    after.run("build")
    after.run("deploy")
    assert stacks.status("orders") == "CREATE_COMPLETE"
    assert full_account.entries() == [BROAD_ENTRY]

    assert stacks.delete("orders").status == "DELETE_COMPLETE"
    assert full_account.entries() == [BROAD_ENTRY]


def test_after_is_what_inject_makes_of_before(ledger: Ledger) -> None:
    """The template after is, byte for byte, what `vended-logs inject --provider inline` writes."""
    made = inject_into(read(BEFORE), Options(provider="inline", code_uri="../../../src/lambda"))
    assert made.data == AFTER.read_bytes()
    ledger.did("vended-logs inject --provider inline: the template after")


def test_only_before_is_found_fault_with(ledger: Ledger) -> None:
    """Our rules find that the machine does not wait before, and nothing after."""
    assert rules_found(BEFORE, ledger) == ["E9601"]
    assert rules_found(AFTER, ledger) == []
