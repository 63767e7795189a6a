"""What others are granted while we watch, and what a stale overwrite took from them."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from vended_logs.policy import proof
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.document import PolicyDocument, Statement
from vended_logs.policy.request import Request, is_revocable

logger = logging.getLogger("vended-logs-policy")


def _common(statement: Statement, others: proof.Sayings) -> Statement | None:
    """Return the statement cut to what the others say as well, None if that is nothing."""
    gone = others.unsaid(statement)
    if gone is None:
        return statement
    lost = set(resources(gone))
    left = [resource for resource in resources(statement) if resource not in lost]
    return with_resources(statement, left) if left else None


class Watch:
    """Compares each look at the policies with the one before, our own writes included."""

    def __init__(self, request: Request) -> None:
        """Begin without having seen anything."""
        self.vanished = 0
        """Entries of others that went while we watched."""
        self.put_back: tuple[Statement, ...] = ()
        """What is to be written back into the policy asked for, until a look shows that it is there."""
        self._request = request
        self._expected: dict[str, PolicyDocument] = {}

    def look(self, documents: Mapping[str, PolicyDocument], *, overwritten: bool) -> None:
        """Take note of the policies as they are now.

        What others lost is counted and logged. It is to be put back only where our grant went in the same moment, from
        a policy that is still there: that was a writer with an old document, not somebody who meant it.
        """
        before, self._expected = self._expected, dict(documents)
        for name, document in before.items():
            now = documents.get(name, PolicyDocument())
            gone = self._foreign(name, proof.lost(document.statements, now.statements))
            if gone:
                self._tell(name, gone)
            if overwritten and name == self._request.policy_name and name in documents:
                self.put_back = (*self.put_back, *gone)
        held = documents.get(self._request.policy_name)
        self.put_back = proof.lost(self.put_back, held.statements) if held else self.put_back

    def wrote(self, documents: Mapping[str, PolicyDocument]) -> None:
        """Take note of what we wrote ourselves."""
        self._expected |= documents

    def may_have_written(self, documents: Mapping[str, PolicyDocument]) -> None:
        """Take note of a write of ours that was not answered: what it leaves out may have gone by our own hand."""
        for name, document in documents.items():
            held = self._expected.get(name)
            if held is not None:
                others = proof.Sayings(document.statements)
                said = tuple(_common(statement, others) for statement in held.statements)
                self._expected[name] = replace(held, statements=tuple(one for one in said if one is not None))

    def _tell(self, name: str, gone: tuple[Statement, ...]) -> None:
        self.vanished += sum(len(resources(statement)) or 1 for statement in gone)
        text = PolicyDocument(gone).to_json()
        logger.warning("Grants of others vanished", extra={"policy_name": name, "vanished": text})

    def _foreign(self, name: str, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Return the statements without the entries that are our own grant."""
        found = []
        for statement in statements:
            ours = self._ours(name, statement)
            left = [resource for resource in resources(statement) if resource not in ours]
            if left or not ours:
                found.append(with_resources(statement, left) if ours else statement)
        return tuple(found)

    def _ours(self, name: str, statement: Statement) -> set[str]:
        """Return the resources by which a statement of that policy is our own grant."""
        if is_revocable(statement) and not self._request.owner.owns(name, statement):
            return set()
        return {
            resource
            for grant in self._request.grants
            if context(statement) in (context(grant.statement()), context(grant.bare()))
            for resource in grant.resources
        }
