"""What a template lacks: which machines have to wait for what, and whether something has to be added for that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Final

from vended_logs_tools.reading.construct import Path
from vended_logs_tools.rules.order import Order
from vended_logs_tools.template_model import Template

# Of so many the smallest set is found by trying all sets; of more, one of which nothing can be left out.
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be added to one DependsOn."""

    machines: tuple[str, ...]
    """The machine, or those that a loop makes of one body."""
    path: Path
    names: tuple[str, ...] | None
    """What is there already and will do, when waited for; None if nothing is, so that something has to be added."""


def missing(template: Template) -> tuple[Missing, ...]:
    """Return what the state machines of a template lack, in its order; what is there already is used where it does."""
    return tuple(_Planner(template).run())


@dataclass
class _Planner:
    template: Template
    order: Order = field(init=False)
    planned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What machines will wait for besides, by what this plan adds."""

    def __post_init__(self) -> None:
        self.order = Order(self.template)

    def run(self) -> Iterator[Missing]:
        """Yield what is missing, each as small a set of what is there as will do, in the template's order."""
        for path, machines in self._by_path().items():
            names = self._choice(machines)
            self.planned |= dict.fromkeys(machines, names or ())
            yield Missing(machines, path, names)

    def _by_path(self) -> Mapping[Path, tuple[str, ...]]:
        """Return the machines that lack the grant by where they stand: a loop makes several of one body."""
        paths: dict[Path, tuple[str, ...]] = {}
        for machine in self.order.unguarded():
            path = self.template.resources[machine].path
            paths[path] = (*paths.get(path, ()), machine)
        return paths

    def _choice(self, machines: Sequence[str]) -> tuple[str, ...] | None:
        usable = tuple(name for name in self.order.grantors if self._is_usable(name, machines))
        # More to wait for is never worse: if all of it is too little, so is any part.
        if not usable or not self._suffices(machines, usable):
            return None
        if len(usable) <= _FEW:
            sizes = (combinations(usable, size) for size in range(1, len(usable)))
            tried: Iterable[tuple[str, ...]] = chain.from_iterable(sizes)
        else:
            chosen = [names for names in self.planned.values() if names and set(names) <= set(usable)]
            tried = chain(((name,) for name in usable), dict.fromkeys(chosen))
        found = next((names for names in tried if self._suffices(machines, names)), None)
        return found or self._reduced(machines, usable)

    def _reduced(self, machines: Sequence[str], names: tuple[str, ...]) -> tuple[str, ...]:
        """Return what is left of names that suffice when every one has been left out that can be, the last first."""
        for name in reversed(names):
            fewer = tuple(other for other in names if other != name)
            if fewer and self._suffices(machines, fewer):
                names = fewer
        return names

    def _is_usable(self, name: str, machines: Sequence[str]) -> bool:
        resources = self.template.resources
        # A resource inside a loop has a name that only one turn knows.
        is_written_out = resources[name].path == ("Resources", name)
        return is_written_out and not any(
            name == machine or name in resources[machine].depends_on or self._waits(name, machine)
            for machine in machines
        )

    def _waits(self, name: str, machine: str) -> bool:
        """Tell whether a resource waits for a machine, by what is written or what is planned."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one == machine or self.order.depends_on(one, machine):
                return True
            for other, names in self.planned.items():
                if other not in seen and (one == other or self.order.depends_on(one, other)):
                    seen.add(other)
                    waiting += names
        return False

    def _suffices(self, machines: Sequence[str], names: Sequence[str]) -> bool:
        return not self.order.unguarded(self.planned | dict.fromkeys(machines, tuple(names)), among=machines)
