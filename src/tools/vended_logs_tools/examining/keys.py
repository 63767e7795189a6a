"""The doctor's look at a key of KMS: of a log group, or of a state machine that logs."""

from collections.abc import Iterator

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.grant import Scope
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components
from vended_logs_tools.account.calls import Absent, Reader, Unanswered, Unread
from vended_logs_tools.account.keys import description_of, is_alias, policy_of, read_key, read_key_policy
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.key import (
    Use,
    diagnose_absent,
    diagnose_policy,
    diagnose_state,
    of_log_group,
    of_state_machine,
)

Examined = tuple[list[Diagnosis], list[Unread]]


def examine_key(reader: Reader, key_arn: str, log_group: str, scope: Scope, subject: str) -> Examined:
    """Find what is wrong with the key of a log group: its state, and whether CloudWatch Logs may use it.

    Args:
        reader: the account and region of the log group.
        key_arn: the log group's ``kmsKeyId``.
        log_group: its name.
        scope: where it is.
        subject: what the finding is about, as the user knows it.
    """
    return _Examination(reader, key_arn, of_log_group(log_group, scope), scope, subject).whole()


def examine_machine_key(reader: Reader, key: str, scope: Scope, subject: str) -> Examined:
    """Find what is wrong with the key of a state machine that logs: its state, and whether log delivery may decrypt.

    Args:
        reader: the account and region of the state machine.
        key: ``kmsKeyId`` of its ``encryptionConfiguration``, of type CUSTOMER_MANAGED_KMS_KEY: id, ARN or alias.
        scope: where it is.
        subject: the state machine, as the user knows it.
    """
    return _Examination(reader, key, of_state_machine(scope), scope, subject).whole()


class _Examination:
    """One key; each refusal is kept, and the rest goes on."""

    def __init__(self, reader: Reader, name: str, use: Use, scope: Scope, subject: str) -> None:
        self._reader = reader
        self._name = name
        self._use = use
        self._scope = scope
        self._subject = subject
        self._unread: list[Unread] = []

    def whole(self) -> Examined:
        return list(self._found()), self._unread

    def _found(self) -> Iterator[Diagnosis]:
        parts = arn_components(self._name)
        if len(parts) == ARN_COMPONENTS and parts[3] != self._scope.region:
            call = description_of(self._name)
            self._unread.append(Unread(call, f"would have to be asked in {parts[3]}", self._matters("may be used")))
            return
        name: str | None = None if is_alias(self._name) else self._name
        try:
            key = read_key(self._reader, self._name)
        except Absent as absent:
            # KMS says the same of a key of another account; there it may be that it is only out of sight.
            if self._is_foreign(self._name):
                self._refused(absent, self._matters("may be used"))
            else:
                yield diagnose_absent(absent, self._name, self._use, self._subject)
            return
        except Unanswered as unanswered:
            self._refused(unanswered, self._matters("is enabled"))
        else:
            name = key.id
            yield from diagnose_state(key, self._use, self._subject)
        if name is not None:
            yield from self._of_policy(name)
        else:
            reason = "takes no alias, and the key of this one is not known"
            self._unread.append(Unread(policy_of(self._name), reason, self._matters_of_policy()))

    def _of_policy(self, name: str) -> Iterator[Diagnosis]:
        matters = self._matters_of_policy()
        call = policy_of(name)
        if self._is_foreign(name):
            account = arn_components(name)[4]
            self._unread.append(Unread(call, f"would have to be asked in account {account}", matters))
            return
        try:
            policy = read_key_policy(self._reader, name)
            yield from diagnose_policy(name, policy, self._use, self._subject)
        except Unanswered as unanswered:
            self._refused(unanswered, matters)
        except UnreadableDocument as error:
            reason = f"shows a policy that cannot be read in full ({error})"
            self._unread.append(Unread(call, reason, matters))

    def _matters_of_policy(self) -> str:
        return self._matters(f"lets {self._use.service} use it")

    def _is_foreign(self, name: str) -> bool:
        parts = arn_components(name)
        return len(parts) == ARN_COMPONENTS and parts[4] != self._scope.account

    def _refused(self, unanswered: Unanswered, matters: str) -> None:
        self._unread.append(Unread(unanswered.call, unanswered.reason, matters))

    def _matters(self, what: str) -> str:
        return f"whether the key of {self._use.what} {what}"
