"""What CloudWatch Logs holds: named resource policies and their documents.

Parsing keeps everything that has a meaning and refuses what it does not understand in full, because a document that is
read in part would be written back in part.
"""

import json
from dataclasses import dataclass
from typing import Any, Self

from vended_logs.errors import UnreadableDocument, shown
from vended_logs.policy import grammar
from vended_logs.policy.statement import Clause, Element, Statement, clauses

__all__ = ["Clause", "Element", "PolicyDocument", "ResourcePolicy", "Statement", "clauses", "text_size"]

VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy document, canonical.

    Law: ``parse(text).to_json()`` means what ``text`` means, and is a fixed point of parsing and writing.
    """

    statements: tuple[Statement, ...] = ()
    version: str | None = VERSION
    id: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a whole document.

        Raises:
            UnreadableDocument: the text is not JSON, or holds anything whose meaning is not known here.
        """
        try:
            document = cls(*grammar.read(text))
            document.to_json().encode()
        except UnicodeError as error:  # half of a surrogate pair, which no UTF-8 can carry
            raise UnreadableDocument("it is not valid Unicode") from error
        except ValueError as error:
            raise UnreadableDocument(str(error)) from error
        return document

    def to_json(self) -> str:
        """Return the canonical compact JSON, which is what is written and counted."""
        found: dict[str, Any] = {} if self.version is None else {"Version": self.version}
        if self.id is not None:
            found["Id"] = self.id
        found["Statement"] = [statement.to_dict() for statement in self.statements]
        return json.dumps(found, separators=(",", ":"), ensure_ascii=False)

    @property
    def size(self) -> int:
        """Return the size in characters, as ``text_size`` counts them."""
        return text_size(self.to_json())


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A named account-level resource policy, as it was read or as it is to be written."""

    name: str
    document: PolicyDocument
    size: int
    """Characters of the text as it was read."""
    last_updated: int | None = None
    """Milliseconds since the epoch, by the service's clock."""

    @classmethod
    def of(cls, name: str, document: PolicyDocument) -> Self:
        """Return a policy as it is to be written."""
        return cls(name, document, document.size)

    @classmethod
    def parse(cls, name: str, text: str, last_updated: int | None = None) -> Self:
        """Read a policy.

        Raises:
            UnreadableDocument: naming the policy and what cannot be read.
        """
        try:
            name.encode()
            return cls(name, PolicyDocument.parse(text), text_size(text), last_updated)
        except UnicodeError as error:
            raise UnreadableDocument(_unreadable(name, "its name is not valid Unicode")) from error
        except UnreadableDocument as error:
            raise UnreadableDocument(_unreadable(name, str(error))) from error


def _unreadable(name: str, cause: str) -> str:
    return (
        f"The CloudWatch Logs resource policy {shown(name)} cannot be read in full ({cause}), so nothing was changed:"
        " mend or delete that policy, then deploy again."
    )


def text_size(text: str) -> int:
    """Return how much of the policy's limit a text takes.

    UTF-8 bytes: for ASCII that is the number of characters, for anything else the larger and so the safer count, since
    AWS documents "characters" without saying which.
    """
    return len(text.encode("utf-8"))
