"""A key of KMS as the doctor reads it: its state and its policy."""

from dataclasses import dataclass

from vended_logs_tools.account.calls import Call, Reader

_ALIAS = "alias/"


@dataclass(frozen=True, slots=True)
class Key:
    """A key."""

    id: str
    """Its ARN."""
    state: str
    """``Enabled``, ``Disabled``, ``PendingDeletion``, ... (KMS Developer Guide, "Key states of KMS keys")."""
    call: Call


@dataclass(frozen=True, slots=True)
class KeyPolicy:
    """The policy of a key."""

    text: str
    """JSON."""
    call: Call


def description_of(name: str) -> Call:
    """Return the call that ``read_key`` makes."""
    return Call("kms", "DescribeKey", (("key-id", name),))


def read_key(reader: Reader, name: str) -> Key:
    """Read a key by its id, its ARN or an alias.

    Raises:
        Absent: there is no such key.
        Unanswered: it cannot be read.
    """
    call = description_of(name)
    found = reader.ask(call, KeyId=name)["KeyMetadata"]
    return Key(found.get("Arn", name), found.get("KeyState", "Enabled"), call)


def policy_of(name: str) -> Call:
    """Return the call that ``read_key_policy`` makes."""
    return Call("kms", "GetKeyPolicy", (("key-id", name), ("policy-name", "default")))


def read_key_policy(reader: Reader, name: str) -> KeyPolicy:
    """Read the policy of a key by its id or ARN: the call takes no alias, and no key of another account.

    Raises:
        Absent: there is no such key.
        Unanswered: it cannot be read.
    """
    call = policy_of(name)
    return KeyPolicy(reader.ask(call, KeyId=name, PolicyName="default").get("Policy") or "", call)


def is_alias(name: str) -> bool:
    """Return whether a key is named by an alias, or by the ARN of one."""
    return name.rpartition(":")[2].startswith(_ALIAS)
