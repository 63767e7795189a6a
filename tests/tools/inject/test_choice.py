"""Which of the resources that bring the grant a machine is made to wait for, and when one is added."""

from __future__ import annotations

from textwrap import dedent

import pytest

from vended_logs_tools.errors import Refused
from vended_logs_tools.inject import Injection, inject_into
from vended_logs_tools.reading.source import parse

_LOGS = "Properties: {LoggingConfiguration: {Level: ALL}}"
_GRANT = "Type: Custom::VendedLogsPolicy, Properties: {ServiceToken: x"


def _injected(text: str) -> Injection:
    return inject_into(parse(dedent(text).encode(), "t.yaml"))


def test_the_first_that_suffices_is_taken() -> None:
    """Of two that grant unconditionally the first is waited for, and nothing is added."""
    injection = _injected(f"""\
        Resources:
          B: {{{_GRANT}}}}}
          A: {{{_GRANT}}}}}
          M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"M": ("B",)}
    assert injection.additions.resources == {}


def test_two_machines_are_not_made_to_wait_for_each_other() -> None:
    """A resource that waits for the second machine is not waited for by it, nor by a round about way."""
    injection = _injected(f"""\
        Resources:
          AfterOne: {{{_GRANT}, Refresh: !Ref One}}}}
          AfterTwo: {{{_GRANT}, Refresh: !Ref Two}}}}
          One: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
          Two: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"One": ("AfterTwo",), "Two": ("VendedLogsPolicy",)}


def test_a_condition_that_is_no_more_than_the_machine_s_own_will_do() -> None:
    """A conditional grant does for a machine under the same condition, and is too little for any other."""
    injection = _injected(f"""\
        Parameters: {{Stage: {{Type: String}}}}
        Conditions: {{Prod: !Equals [!Ref Stage, prod]}}
        Resources:
          Grant: {{Condition: Prod, {_GRANT}}}}}
          Same: {{Condition: Prod, Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
          Always: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"Same": ("Grant",), "Always": ("VendedLogsPolicy",)}


def test_a_loop_s_machines_are_served_by_one_edit() -> None:
    """The body of a loop is edited once, for all the machines that it makes."""
    injection = _injected(f"""\
        Transform: AWS::LanguageExtensions
        Resources:
          Grant: {{{_GRANT}}}}}
          Fn::ForEach::Loop:
            - Name
            - [A, B, C]
            - "${{Name}}M": {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"AM": ("Grant",), "BM": ("Grant",), "CM": ("Grant",)}
    assert injection.after.count("DependsOn") == 1


def test_what_a_loop_makes_is_not_waited_for_from_outside() -> None:
    """A grant that a loop makes is not named in a DependsOn, for its name is one turn's only."""
    injection = _injected(f"""\
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Loop:
            - Name
            - [A, B]
            - "${{Name}}Grant": {{{_GRANT}}}}}
          M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"M": ("VendedLogsPolicy",)}


def test_ten_conditional_grants_need_a_resource_of_their_own() -> None:
    """Many resources that grant only at times are tried, and if they leave a gap one is added."""
    stages = [f"S{number}" for number in range(10)]
    conditions = ", ".join(f"{stage}: !Equals [!Ref Stage, {stage}]" for stage in stages)
    grants = "".join(f"  G{stage}: {{Condition: {stage}, {_GRANT}}}}}\n" for stage in stages)
    machine = f"  M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}\n"
    values = f"Parameters: {{Stage: {{Type: String, AllowedValues: [{', '.join([*stages, 'more'])}]}}}}\n"
    whole = values.replace(", more", "")
    rest = f"Conditions: {{{conditions}}}\nResources:\n{grants}{machine}"
    assert _injected(values + rest).machines == {"M": ("VendedLogsPolicy",)}
    assert _injected(whole + rest).machines == {"M": tuple(f"G{stage}" for stage in stages)}


def test_what_cannot_be_known_is_left_alone() -> None:
    """A template that a macro may change in any way is not edited."""
    assert not _injected(f"""\
        Transform: SomeMacro
        Resources: {{M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}}}
        """).is_change


def test_an_edit_that_would_not_do_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a machine would start too early even so, the file is refused."""
    monkeypatch.setattr("vended_logs_tools.inject.Order.unguarded", lambda _self, _extra=None: ("M",))
    with pytest.raises(Refused, match=r"^t\.yaml: M would still start too early"):
        _injected(f"Resources: {{M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}}}")


def test_of_many_grants_only_as_many_are_waited_for_as_are_needed() -> None:
    """Of six conditional grants, two of which leave no gap, these two are taken, by every machine."""
    injection = _injected(f"""\
        Parameters: {{Stage: {{Type: String}}, Other: {{Type: String}}}}
        Conditions:
          Prod: !Equals [!Ref Stage, prod]
          NotProd: !Not [!Condition Prod]
          Odd: !Equals [!Ref Other, odd]
        Resources:
          A: {{Condition: Odd, {_GRANT}}}}}
          B: {{Condition: Prod, {_GRANT}}}}}
          C: {{Condition: Odd, {_GRANT}}}}}
          D: {{Condition: NotProd, {_GRANT}}}}}
          E: {{Condition: Odd, {_GRANT}}}}}
          F: {{Condition: Odd, {_GRANT}}}}}
          M: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
          N: {{Type: AWS::StepFunctions::StateMachine, {_LOGS}}}
        """)
    assert injection.machines == {"M": ("B", "D"), "N": ("B", "D")}
