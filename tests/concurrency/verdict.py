"""Judges a round from outside: what stood when, who called when. Shares no code with what it judges.

Whether a policy allows something is asked of the tests' own evaluator, on the raw documents.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any, Final

from tests.concurrency.orders import Order
from tests.concurrency.scenario import Round
from tests.concurrency.server import READ
from tests.concurrency.server import Call as Arrived
from tests.concurrency.store import State
from tests.unit.policy.evaluator import Call, Pairs, allowed, listed
from tests.unit.policy.policies import ACTIONS
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME

W_SECONDS: Final = 1.0
_SLACK: Final = 0.5
"""What the way from one process to another may take, beside what the machine was found to be late."""
_OURS: Final[Pairs] = (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", f"{HOME}:z"))
_STRANGER: Final = tuple(
    Call(f"Service:{DELIVERY}", action, f"{HOME}:log-group:/stranger/z:log-stream:z", context)
    for action, context in product(ACTIONS, ((), _OURS))
)


@dataclass
class Verdict:
    """What was found wrong, one sentence each, and what happened in figures."""

    lost: list[str] = field(default_factory=list)
    """Grants that did not stand when SUCCESS had been told, and what others had been granted and lost."""
    undisciplined: list[str] = field(default_factory=list)
    """Calls that break the write discipline."""
    unanswered: list[str] = field(default_factory=list)
    """Answers that are not SUCCESS, or missing, and what else did not go as it should."""
    overwritten: int = 0
    """Entries of AWS's that came between a writer's read and its write: nobody can see those."""
    came_back: int = 0
    """Grants that were taken back and stand all the same: a writer that had read them before wrote them again."""

    @property
    def faults(self) -> list[str]:
        """Everything that was found wrong."""
        return [*self.lost, *self.undisciplined, *self.unanswered]


def judge(played: Round) -> Verdict:
    """Return what is to be said of a round."""
    verdict = Verdict()
    verdict.unanswered += _answers(played)
    verdict.undisciplined += _discipline(played)
    sight = _Sight(played)
    verdict.lost += [*sight.grants(), *sight.before(), *sight.writes(), *sight.strangers()]
    late, verdict.overwritten = sight.late()
    verdict.lost += late
    verdict.came_back = sight.came_back()
    return verdict


def _answers(played: Round) -> Iterator[str]:
    for order in played.orders:
        told = played.told.get(order.name)
        if told is None:
            yield f"{order.name} did not answer."
        elif told.body["Status"] != "SUCCESS":
            yield f"{order.name} answered {told.body['Status']}: {told.body['Reason']}"
        elif order.kind == "Create" and told.body["Data"]["Settled"] != "true":
            yield f"{order.name} answered without having seen the policy quiet."
    if played.processes_failed:
        yield f"{played.processes_failed} processes did not end well."
    yield from (f"In the fake: {error!r}" for error in played.service.unexpected)


def _discipline(played: Round) -> Iterator[str]:
    calls = defaultdict[str, list[Arrived]](list)
    for call in sorted(played.service.calls, key=lambda call: call.at):
        calls[call.caller].append(call)
    for caller, made in calls.items():
        yield from _writes_after_reads(made, played)
        told = played.told.get(caller)
        yield from (
            f"{caller} called {call.action} {call.at - told.at:.2f} s after its answer."
            for call in made
            if told and call.at > told.at
        )


def _writes_after_reads(calls: Iterable[Arrived], played: Round) -> Iterator[str]:
    """Hold one process's calls against W, and against: one changing call for each read that was answered whole."""
    begun: float | None = None
    basis: float | None = None
    for call in calls:
        if call.action == READ:
            begun = call.at if call.begins else begun
            basis = begun if call.is_answered and call.ends else None
        elif call.changes:
            if basis is None:
                yield f"{call.caller} called {call.action} without a read that was answered since its last change."
            else:
                age, allowance = call.at - basis, _SLACK + played.lateness.between(basis, call.at)
                if age > W_SECONDS + allowance:
                    yield f"{call.caller} wrote on a read of {age:.2f} s ago (late by {allowance:.2f} s at most)."
            basis = None


class _Sight:
    """What was allowed in each state, of all the calls that anyone relies on."""

    def __init__(self, played: Round) -> None:
        self._played = played
        self._history = played.service.store.history
        self._first = frozenset(_relied_upon(self._history[0].texts))
        self._late = {entry: frozenset(_calls(entry, _OURS)) for entry in played.appender.appended}
        self._grants = {order.name: frozenset(_granted(order)) for order in played.orders}
        self._all = self._first.union(*self._late.values(), *self._grants.values(), _STRANGER)
        self._taken_back = {order.name: self._grants[order.name] for order in played.orders if order.kind == "Delete"}
        self._allowed = [self._of(state.texts) for state in self._history]
        self._shown = _shown_before(played.service.calls) | played.appender.shown

    def _of(self, texts: Mapping[str, str]) -> frozenset[Call]:
        return allowed(texts.values(), self._all)

    def grants(self) -> Iterator[str]:
        """Each grant stands from its SUCCESS on, in every state, until somebody sets out to take it back."""
        begun = {call.caller: call.at for call in reversed(self._played.service.calls)}
        for order in self._played.orders:
            told = self._played.told.get(order.name)
            if told is None or told.body["Status"] != "SUCCESS" or order.kind != "Create":
                continue
            until = begun.get(f"Remover{order.number:02}", float("inf"))
            for state, found in self._standing(told.at, until):
                if not self._grants[order.name] <= found:
                    late = max(state.at - told.at, 0.0)
                    yield f"{state.writer} wrote; {order.name}'s grant did not stand {late:.2f} s after its SUCCESS."
                    break

    def _standing(self, start: float, until: float) -> Iterator[tuple[State, frozenset[Call]]]:
        """Yield the states that stood at some moment between the two."""
        ends = [state.at for state in self._history[1:]] + [float("inf")]
        for state, found, end in zip(self._history, self._allowed, ends, strict=True):
            if end > start and state.at < until:
                yield state, found

    def before(self) -> Iterator[str]:
        """Whatever was there before stands in every state; policies of others keep every character."""
        others = {name: text for name, text in self._history[0].texts.items() if name.startswith("other-")}
        for state, found in zip(self._history, self._allowed, strict=True):
            gone = {call.resource for call in self._first - found}
            if gone:
                yield f"{state.writer} lost what was there before: {sorted(gone)[:3]}"
            if not others.items() <= state.texts.items():
                yield f"{state.writer} changed a policy that is none of its business."

    def writes(self) -> Iterator[str]:
        """Whatever the policies that a writer read allowed, they allow after its write; what it takes back aside."""
        for call in self._played.service.calls:
            if call.made is None:
                continue
            read = self._shown[id(call.made)]
            after = {name: text for name, text in read.items() if name != call.policy}
            if call.policy in call.made.texts:
                after[call.policy] = call.made.texts[call.policy]
            gone = self._of(read) - self._of(after) - self._taken_back.get(call.caller, frozenset())
            if gone:
                yield f"{call.caller} did not write what it had read: {sorted({one.resource for one in gone})[:3]}"

    def late(self) -> tuple[list[str], int]:
        """An entry that AWS appended is lost only to a write that rests on a read which did not show it.

        Returns the losses of another kind, and how often it happened in this one.
        """
        wrong: list[str] = []
        count = 0
        for (_, before), (state, after) in pairwise(zip(self._history, self._allowed, strict=True)):
            for entry, calls in self._late.items():
                if calls <= before and not calls <= after:
                    count += 1
                    if calls <= self._of(self._shown[id(state)]):
                        wrong.append(f"{state.writer} lost an entry that it had been shown: {entry}")
        return wrong, count

    def came_back(self) -> int:
        """Return how many grants stand at the end that had been taken back."""
        return sum(calls <= self._allowed[-1] for calls in self._taken_back.values())

    def strangers(self) -> Iterator[str]:
        """Nothing is allowed at the end that nobody asked for."""
        gained = self._allowed[-1] & frozenset(_STRANGER)
        yield from (f"{call.resource} is allowed, and nobody asked for it." for call in gained)


def _shown_before(calls: Iterable[Arrived]) -> dict[int, dict[str, str]]:
    """Return, by the id of each state that a call made, the documents by name that its caller had last been shown."""
    shown = defaultdict[str, dict[str, str]](dict)
    found: dict[int, dict[str, str]] = {}
    for call in sorted(calls, key=lambda call: call.at):
        if call.action == READ and call.is_answered:
            shown[call.caller] = {**({} if call.begins else shown[call.caller]), **call.shown}
        elif call.made is not None:
            found[id(call.made)] = shown[call.caller]
    return found


def _granted(order: Order) -> Iterator[Call]:
    pattern = f"{HOME}:log-group:{order.pattern}"
    return _calls(pattern, _OURS)


def _calls(entry: str, *contexts: Pairs, principal: str = f"Service:{DELIVERY}") -> Iterator[Call]:
    """Yield what an entry is relied upon for."""
    for action, context in product(ACTIONS, contexts):
        yield Call(principal, action, entry.replace("*", "z:log-stream:z" if entry.endswith("/*") else "z"), context)


def _relied_upon(texts: Mapping[str, str]) -> Iterator[Call]:
    """Yield a call for whatever entry the policies have, without a context too where the entry asks for none."""
    for text in texts.values():
        for statement in _statements(text):
            contexts = [_OURS] if "Condition" in statement else [_OURS, ()]
            for entry in listed(statement["Resource"]):
                yield from _calls(entry, *contexts, principal=f"Service:{statement['Principal']['Service']}")


def _statements(text: str) -> list[dict[str, Any]]:
    return listed(json.loads(text)["Statement"])
