"""The verb ``inject``: what makes every state machine of a template wait for the grant, with no byte touched."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vended_logs_tools import template_model
from vended_logs_tools.check import check
from vended_logs_tools.editing import depends_on, plan, proof, replacement, resource, snippets
from vended_logs_tools.editing.anatomy import Anatomy
from vended_logs_tools.editing.insertion import apply
from vended_logs_tools.editing.snippets import PROVIDERS, Options, Provider
from vended_logs_tools.errors import Refused, Unreadable
from vended_logs_tools.finding import Finding
from vended_logs_tools.reading import source as sources
from vended_logs_tools.reading.source import Source
from vended_logs_tools.rules.order import Order

__all__ = ["PROVIDERS", "Injection", "Options", "Provider", "inject", "inject_into", "write"]

_MOST_NAMED: Final = 5
_SHARED_CONDITION: Final = (
    "What is added needs the app vended-logs-policy, deployed with ShareProvider=true in the same account and region;"
    f' else the deploy ends with "Unable to fetch parameters [{snippets.SHARED_PARAMETER}]".'
)


@dataclass(frozen=True, slots=True)
class Injection:
    """What is to be added to a template, proved to be nothing but that; not written yet."""

    before: Source
    after: str
    """The whole text as it will be; the old one if nothing is to be added."""
    additions: proof.Additions
    machines: Mapping[str, tuple[str, ...]]
    """What each state machine will wait for besides, by logical id."""
    condition: str = ""
    """One sentence: what the additions need of the account, and what happens without it; empty if nothing."""

    @property
    def is_change(self) -> bool:
        """Whether anything is to be added."""
        return self.after != self.before.text

    @property
    def data(self) -> bytes:
        """The file's bytes as they will be."""
        return sources.encode(self.after, has_mark=self.before.has_mark)

    def summary(self) -> str:
        """Return one line that says what is to be added, without the file's name."""
        if not self.is_change:
            return "nothing to add"
        added = [f"{name} ({data['Type']})" for name, data in self.additions.resources.items()]
        waits: dict[tuple[str, ...], list[str]] = {}
        for machine, names in self.machines.items():
            waits.setdefault(names, []).append(machine)
        said = [
            f"{_listed(machines)} {'wait' if len(machines) > 1 else 'waits'} for {' and '.join(names)}"
            for names, machines in waits.items()
        ]
        return "; ".join([*(["adds " + ", ".join(added)] if added else []), *said])

    def remaining(self) -> list[Finding]:
        """Return what ``check`` still finds in the result, placed as the file will be: a deploy may yet fail for it."""
        return check(template_model.of_source(sources.parse(self.data, self.before.name)))

    def diff(self) -> str:
        """Return the change as a unified diff; empty if there is none. Line ends are those of the file."""
        name = self.before.name
        # With a path from here it is a diff as git writes it; with any other the prefixes would only be in the way.
        names = (name, name) if name.startswith(("/", "..")) else (f"a/{name}", f"b/{name}")
        lines = difflib.unified_diff(_lines(self.before.data), _lines(self.data), *names)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def inject(path: Path, options: Options | None = None) -> Injection:
    """Return what is to be added to the template in a file. Nothing is written.

    Raises:
        Unreadable: the file cannot be read, or holds no template.
        Refused: it is written in a way that cannot be extended by insertion alone; the text names the line.
    """
    return inject_into(sources.read(path), options)


def inject_into(source: Source, options: Options | None = None) -> Injection:
    """Return what is to be added to a template; raises as ``inject`` does."""
    template = template_model.of_source(source)
    missing = plan.missing(template)
    if not missing:
        return Injection(source, source.text, proof.Additions({}, {}), {})
    anatomy = Anatomy(source)
    needs_more = any(one.names is None for one in missing)
    chosen = options or Options()
    added = snippets.resources(anatomy, template, chosen) if needs_more else {}
    names = {one.path: one.names or tuple(added)[-1:] for one in missing}
    insertions = [depends_on.insertions(anatomy, path, more) for path, more in names.items()]
    resources = [resource.insertion(anatomy, added)] if added else []
    injection = Injection(
        source,
        apply(source.text, [*resources, *(insertion for group in insertions for insertion in group)]),
        proof.Additions(added, names),
        {machine: names[one.path] for one in missing for machine in one.machines},
        _SHARED_CONDITION if added and chosen.provider == "shared" else "",
    )
    _prove(injection, injection.data)
    return injection


def _listed(machines: list[str]) -> str:
    shown = machines if len(machines) <= _MOST_NAMED else machines[: _MOST_NAMED - 1]
    rest = [f"{len(machines) - len(shown)} more"] if len(machines) > len(shown) else []
    *before, last = [*shown, *rest]
    return f"{', '.join(before)} and {last}" if before else last


def write(injection: Injection) -> None:
    """Replace the file by what it is to be, once read back from the disk and proved again; a no-op without change.

    Raises:
        Refused: the file was changed meanwhile, cannot be written, or does not read back as it should; it is as it was.
    """
    if injection.is_change:
        path = Path(injection.before.name)
        replacement.replace(path, injection.before.data, injection.data, lambda data: _prove(injection, data))


def _prove(injection: Injection, data: bytes) -> None:
    """Raise Refused unless bytes are the old ones plus exactly the additions, and nothing is missing any more."""
    name = injection.before.name
    try:
        after = sources.parse(data, name)
        proof.check(injection.before, after, injection.additions)
        template = template_model.of_source(after)
    except (Unreadable, proof.NotProved) as error:
        cause = str(error) if isinstance(error, proof.NotProved) else "the result could not be read"
        raise Refused(f"{name}: cannot be extended as it is written ({cause}): write the DependsOn by hand") from error
    early = Order(template).unguarded()
    if early:
        raise Refused(f"{name}: {', '.join(early)} would still start too early: write the DependsOn by hand")


def _lines(data: bytes) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode())
