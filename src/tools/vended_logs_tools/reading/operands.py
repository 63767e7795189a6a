"""What stands on either side of a comparison in a template: texts, parameters, entries of mappings, other functions."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

from vended_logs.policy.wildcard import matches
from vended_logs_tools.reading import parameters
from vended_logs_tools.reading.expressions import (
    MOST_VALUES,
    PSEUDO,
    Expression,
    call,
    manageable,
    mentioned,
    strung,
    text_of,
)
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Atom, Formula, all_of, any_of, negate

# More ways to string a text together than this are not spelled out.
_MOST_WAYS: Final = 64
_MOST_PIECES: Final = 64
# What a pattern takes for wildcards is written so where it is meant as it stands.
_AS_IT_STANDS: Final = str.maketrans("*?", "\ufffa\ufffb")

# A text, an expression, or nothing that can be resolved.
_Operand = str | Expression | None
_Case = tuple[Formula, _Operand]


class Operands:
    """The texts and expressions of one template."""

    def __init__(
        self, parameters: Mapping[str, Any], mappings: Mapping[str, Any], named: Callable[[object], Formula]
    ) -> None:
        self.parameters = parameters
        self._mappings = mappings
        self._named = named
        self._expressions: dict[str, Expression] = {}

    def equals(self, left: object, right: object) -> Formula:
        """Return the formula that two values are the same text."""
        if not (manageable(left) and manageable(right)):
            return UNKNOWN
        ours, theirs = list(self._cases(left)), list(self._cases(right))
        return self._compare(ours, theirs) if len(ours) * len(theirs) <= MOST_VALUES else UNKNOWN

    def values_of(self, subjects: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return for those subjects that are parameters with AllowedValues the values that they can have."""
        found = {subject: self._allowed(self._expressions.get(subject)) for subject in subjects}
        return {subject: allowed for subject, allowed in found.items() if allowed}

    def parameters_of(self, subjects: Iterable[str]) -> frozenset[str]:
        """Return the parameters that decide these subjects."""
        known = (self._expressions.get(subject) for subject in subjects)
        return frozenset().union(*(expression.mentions for expression in known if expression))

    def entangled(self, subjects: Iterable[str]) -> frozenset[str]:
        """Return the subjects, other than plain parameters, that share a parameter with another one of these."""
        known = [self._expressions[subject] for subject in subjects if subject in self._expressions]
        uses: dict[str, int] = {}
        for expression in known:
            for parameter in expression.mentions:
                uses[parameter] = uses.get(parameter, 0) + 1
        return frozenset(
            expression.subject
            for expression in known
            if not expression.plain and any(uses[parameter] > 1 for parameter in expression.mentions)
        )

    def _compare(self, left: Sequence[_Case], right: Sequence[_Case]) -> Formula:
        return any_of(*(all_of(when, also, self._same(one, other)) for when, one in left for also, other in right))

    def _cases(self, value: object) -> Iterator[_Case]:
        """Yield what the value can be, each with the formula under which it is that; one of them holds always."""
        function, argument = call(value)
        arguments = argument if isinstance(argument, list) else []
        pieces = strung(function, argument)
        if function == "Fn::If" and len(arguments) == 3:  # noqa: PLR2004  # a condition and two values
            condition = self._named(arguments[0])
            for when, chosen in ((condition, arguments[1]), (negate(condition), arguments[2])):
                yield from ((all_of(when, further), operand) for further, operand in self._cases(chosen))
        elif function == "Fn::FindInMap" and len(arguments) in (3, 4):  # a map, two keys, and what to take otherwise
            yield from self._entries(*arguments)
        elif pieces is not None:
            yield from self._strings(pieces)
        elif function == "Ref":
            yield TRUE, self._reference(argument)
        else:
            yield TRUE, self._computed(value) if function else text_of(value)

    def _entries(self, name: object, first: object, second: object, otherwise: object = None) -> Iterator[_Case]:
        mapping = self._mappings.get(name) if isinstance(name, str) else None
        found: list[Formula] = []
        tops, keys = list(self._cases(first)), list(self._cases(second))
        for top, row in mapping.items() if isinstance(mapping, Mapping) else ():
            is_top = self._compare(tops, [(TRUE, text_of(top))])
            for key, entry in row.items() if isinstance(row, Mapping) and is_top != FALSE else ():
                when = all_of(is_top, self._compare(keys, [(TRUE, text_of(key))]))
                found.append(when)
                yield when, text_of(entry)
        missing = negate(any_of(*found))
        if isinstance(otherwise, Mapping) and "DefaultValue" in otherwise:
            yield from ((all_of(missing, when), operand) for when, operand in self._cases(otherwise["DefaultValue"]))
        else:
            # A key that is not there fails the deployment, which is nobody's finding.
            yield missing, None

    def _strings(self, pieces: Sequence[object]) -> Iterator[_Case]:
        """Yield the texts that values strung together can be, parameters with AllowedValues spelled out."""
        # A variable may be named many times, and hold another such text: each is looked at once.
        distinct = {id(piece): piece for piece in pieces}
        spelled_out = {key: list(self._spelled_out(piece)) for key, piece in distinct.items()}
        choices = [spelled_out[id(piece)] for piece in pieces]
        if prod(map(len, choices)) > _MOST_WAYS:
            yield TRUE, None
            return
        for chosen in product(*choices):
            yield all_of(*(when for when, _ in chosen)), self._string([operand for _, operand in chosen])

    def _spelled_out(self, value: object) -> Iterator[_Case]:
        for when, operand in self._cases(value):
            allowed = self._allowed(operand) if isinstance(operand, Expression) else None
            if allowed and isinstance(operand, Expression):
                yield from ((all_of(when, self._is(operand, text)), text) for text in allowed)
            else:
                yield when, operand

    def _string(self, operands: Iterable[_Operand]) -> _Operand:
        pieces: list[str | Expression] = []
        for operand in operands:
            if operand is None:
                return None
            for piece in (operand.pieces or (operand,)) if isinstance(operand, Expression) else (operand,):
                if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                    pieces[-1] += piece
                elif piece:
                    pieces.append(piece)
        if len(pieces) > _MOST_PIECES:
            return None
        if len(pieces) <= 1:
            return pieces[0] if pieces else ""
        subject = json.dumps([piece if isinstance(piece, str) else {"subject": piece.subject} for piece in pieces])
        mentions = frozenset[str]().union(*(piece.mentions for piece in pieces if isinstance(piece, Expression)))
        return self._register(Expression(subject, mentions, pieces=tuple(pieces)))

    def _reference(self, name: object) -> _Operand:
        if not isinstance(name, str) or not (name in PSEUDO or name in self.parameters):
            return None
        mentions = PSEUDO.get(name, frozenset({name}))
        expression = self._register(Expression(f"Ref {name}", mentions, plain=mentions == {name}))
        allowed = self._allowed(expression)
        if allowed is None or len(allowed) != 1:
            return None if allowed == () else expression
        return allowed[0]

    def _computed(self, value: object) -> _Operand:
        """Return a function's value as an expression of its own, if parameters decide it, and nothing else."""
        names = mentioned(value)
        if not names or not all(name in PSEUDO or name in self.parameters for name in names):
            return None
        return self._register(Expression(json.dumps(value, sort_keys=True, default=str), names))

    def _register(self, expression: Expression) -> Expression:
        return self._expressions.setdefault(expression.subject, expression)

    def _same(self, left: _Operand, right: _Operand) -> Formula:
        if left is None or right is None:
            return UNKNOWN
        if isinstance(left, str):
            if isinstance(right, str):
                return TRUE if left == right else FALSE
            left, right = right, left
        return self._is(left, right) if isinstance(right, str) else self._both(left, right)

    def _both(self, left: Expression, right: Expression) -> Formula:
        if left == right:
            return TRUE
        values = self._allowed(left) or self._allowed(right)
        if values:
            return any_of(*(all_of(self._is(left, value), self._is(right, value)) for value in values))
        if left.mentions & right.mentions or left.pieces or right.pieces:
            # Whether one can be the other hangs on more than is looked at here.
            return UNKNOWN
        subject = json.dumps(sorted((left.subject, right.subject)))
        self._register(Expression(subject, left.mentions | right.mentions))
        return Atom(subject, "true")

    def _is(self, expression: Expression, text: str) -> Formula:
        if expression.pieces:
            return self._is_strung(expression, text)
        allowed = self._allowed(expression)
        if allowed is not None:
            return Atom(expression.subject, text) if text in allowed else FALSE
        return Atom(expression.subject, text) if parameters.may_be(self._definition(expression), text) else FALSE

    def _is_strung(self, expression: Expression, text: str) -> Formula:
        pieces = expression.pieces
        holes = [piece for piece in pieces if isinstance(piece, Expression)]
        if not matches("".join(map(self._pattern, pieces)), text.translate(_AS_IT_STANDS)):
            return FALSE
        if len(holes) == 1:
            before, after = (piece if isinstance(piece, str) else "" for piece in (pieces[0], pieces[-1]))
            return self._is(holes[0], text[len(before) : len(text) - len(after)])
        shared = sum(len(hole.mentions) for hole in holes) > len(expression.mentions)
        return UNKNOWN if shared else Atom(expression.subject, text)

    def _pattern(self, piece: str | Expression) -> str:
        if isinstance(piece, str):
            return piece.translate(_AS_IT_STANDS)
        return "*" if parameters.may_be(self._definition(piece), "") else "?*"

    def _allowed(self, expression: Expression | None) -> tuple[str, ...] | None:
        return parameters.values(self._definition(expression))

    def _definition(self, expression: Expression | None) -> Mapping[str, Any]:
        """Return the definition of a parameter whose value is what was given, and one text."""
        if expression is None or not expression.plain:
            return {}
        definition = self.parameters.get(expression.subject.removeprefix("Ref "))
        if not isinstance(definition, Mapping):
            return {}
        kind = str(definition.get("Type", "String"))
        indirect = kind.startswith(("AWS::SSM::Parameter", "CommaDelimitedList", "List<"))
        return {} if indirect else definition
