"""Whether a formula can hold at all, when one expression has one value.

What few worlds decide is decided by looking at all of them at once: a formula's truth in each world is one bit of a
whole number. The rest is handed to sympy's solver, which takes half a second to import and is needed by no template
seen so far.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Final

from vended_logs_tools.reading.formula import TRUE, And, Atom, Formula, Not, atoms, nodes

MOST_WORLDS: Final = 1 << 14
"""As many worlds are looked at one by one; a formula of thousands of nodes still takes milliseconds."""

_Domains = Mapping[str, Sequence[str | None]]
# Literals of a clause: a node, and whether it has to hold.
_Clause = list[tuple[Formula, bool]]


def satisfiable(formula: Formula, values: Mapping[str, Sequence[str]], most_worlds: int = MOST_WORLDS) -> bool:
    """Return whether some choice of a value for every subject makes the formula true.

    Args:
        formula: Without ``UNKNOWN``.
        values: For the subjects that cannot have just any value: all that they can have, at least one.
        most_worlds: From how many choices on the solver is asked.
    """
    if not formula.parts and not isinstance(formula, Atom):
        return formula == TRUE
    domains = _domains(formula, values)
    count = prod(map(len, domains.values()))
    return _holds_somewhere(formula, domains, count) if count <= most_worlds else _solvable(formula, domains)


def _domains(formula: Formula, values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str | None, ...]]:
    """Return for each subject the values that make a difference; ``None`` is any value that no atom asks about."""
    asked: dict[str, dict[str, None]] = {}
    for atom in atoms(formula):
        asked.setdefault(atom.subject, {})[atom.value] = None
    return {subject: tuple(_domain(asked[subject], values.get(subject))) for subject in asked}


def _domain(asked: Mapping[str, None], allowed: Sequence[str] | None) -> Iterator[str | None]:
    yield from (value for value in asked if allowed is None or value in allowed)
    if allowed is None or any(value not in asked for value in allowed):
        yield None


def _holds_somewhere(formula: Formula, domains: _Domains, count: int) -> bool:
    everywhere = (1 << count) - 1
    masks = dict(_atom_masks(domains, everywhere))
    worlds: dict[Formula, int] = {}
    for node in nodes(formula):
        parts = [worlds[part] for part in node.parts]
        if isinstance(node, Atom):
            # No world has a value that the subject cannot have.
            worlds[node] = masks.get(node, 0)
        elif isinstance(node, Not):
            worlds[node] = everywhere ^ parts[0]
        else:
            meet = isinstance(node, And)
            found = everywhere if meet else 0
            for part in parts:
                found = found & part if meet else found | part
            worlds[node] = found
    return worlds[formula] != 0


def _atom_masks(domains: _Domains, everywhere: int) -> Iterator[tuple[Atom, int]]:
    """Number the worlds in mixed radix, one digit a subject, and mark for each atom the worlds with its digit."""
    stride = 1
    for subject, domain in domains.items():
        period = stride * len(domain)
        firsts = everywhere // ((1 << period) - 1)
        for digit, value in enumerate(domain):
            if value is not None:
                yield Atom(subject, value), ((1 << stride) - 1 << digit * stride) * firsts
        stride = period


def _solvable(formula: Formula, domains: _Domains) -> bool:
    # Imported here alone: it takes longer than everything else that a check does.
    from sympy import Symbol  # noqa: PLC0415  slow to load
    from sympy.assumptions.cnf import EncodedCNF  # noqa: PLC0415  slow to load
    from sympy.logic.inference import satisfiable as solve  # noqa: PLC0415  slow to load

    clauses = [*_definitions(formula), *_one_value_each(formula, domains), [(formula, True)]]
    numbers: dict[Formula, int] = {}
    encoded = [
        {numbers.setdefault(node, len(numbers) + 1) * (1 if holds else -1) for node, holds in clause}
        for clause in clauses
    ]
    # Given in numbers already: turning an And of many Ors into them takes sympy the square of their count.
    problem = EncodedCNF(encoded, {Symbol(f"n{number}"): number for number in numbers.values()})
    return solve(problem, algorithm="dpll2") is not False


def _definitions(formula: Formula) -> Iterator[_Clause]:
    """Say of each node what it is made of (Tseitin): as many clauses as there are nodes and parts, never more."""
    for node in nodes(formula):
        parts = node.parts
        if isinstance(node, Not):
            yield [(node, True), (parts[0], True)]
            yield [(node, False), (parts[0], False)]
        elif parts:
            meet = isinstance(node, And)
            yield [(node, meet), *((part, not meet) for part in parts)]
            yield from ([(node, not meet), (part, meet)] for part in parts)


def _one_value_each(formula: Formula, domains: _Domains) -> Iterator[_Clause]:
    """Say that no subject has two values, none that it cannot have, and one of those asked about if it must."""
    for subject, domain in domains.items():
        choices: list[Formula] = [Atom(subject, value) for value in domain if value is not None]
        yield from ([(one, False), (other, False)] for one, other in combinations(choices, 2))
        if None not in domain:
            yield [(choice, True) for choice in choices]
    for atom in atoms(formula):
        if atom.value not in domains[atom.subject]:
            yield [(atom, False)]
