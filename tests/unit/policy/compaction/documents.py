"""Documents compacted, and their entries."""

from vended_logs.policy.compaction import compact
from vended_logs.policy.document import PolicyDocument


def compacted(policy: str) -> str:
    """Return a policy text, compacted."""
    document = PolicyDocument.parse(policy)
    return PolicyDocument(statements=compact(document.statements), version=document.version, id=document.id).to_json()
