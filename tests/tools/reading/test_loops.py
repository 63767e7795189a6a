"""Loops over resources are unrolled where their list is known."""

from tests.tools.templates import template

HEAD = """
    Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
    Parameters:
      Names: {Type: CommaDelimitedList, Default: "x, y"}
      Open: {Type: CommaDelimitedList}
    Resources:
"""


def test_a_loop_over_a_list() -> None:
    """Each value makes resources of its own, its identifier replaced in keys, texts and references."""
    found = template(
        HEAD
        + """
      Fn::ForEach::Machines:
        - Name
        - [one, two-3]
        - Machine${Name}:
            Type: AWS::StepFunctions::StateMachine
            Properties: {A: !Ref Name, B: !Sub "${Name}-${Other}"}
          "Group&{Name}":
            Type: AWS::Logs::LogGroup
"""
    )
    assert list(found.resources) == ["Machineone", "Groupone", "Machinetwo-3", "Grouptwo3"]
    machine = found.resources["Machineone"]
    assert machine.properties == {"A": "one", "B": {"Fn::Sub": "one-${Other}"}}
    assert found.place(machine.path) == (11, 7)
    assert not found.has_hidden_resources


def test_a_loop_over_a_parameter() -> None:
    """A parameter's default is the list; loops in loops see the outer identifier."""
    found = template(
        HEAD
        + """
      Fn::ForEach::Outer:
        - A
        - !Ref Names
        - Fn::ForEach::Inner:
            - B
            - ["1", "2"]
            - R${A}${B}: {Type: AWS::SQS::Queue}
"""
    )
    assert list(found.resources) == ["Rx1", "Rx2", "Ry1", "Ry2"]


def test_a_loop_over_what_is_not_known() -> None:
    """A loop over a parameter without a default, or one that is malformed, hides resources."""
    for loop in (
        "[N, !Ref Open, {A: {Type: T}}]",
        "[N, [a]]",
        "nothing",
        "[N, {Fn::FindInMap: [a, b, c]}, {A: {Type: T}}]",
    ):
        found = template(f"{HEAD}\n      A: {{Type: AWS::SQS::Queue}}\n      Fn::ForEach::L: {loop}\n")
        assert list(found.resources) == ["A"]
        assert found.has_hidden_resources


def test_a_loop_that_never_ends() -> None:
    """Loops that make more resources than any stack may have are cut off."""
    numbers = ", ".join(f'"{n}"' for n in range(100))
    found = template(
        HEAD
        + f"""
      Fn::ForEach::Outer:
        - A
        - [{numbers}]
        - Fn::ForEach::Inner: [B, [{numbers}], {{"R${{A}}${{B}}": {{Type: T}}}}]
"""
    )
    assert len(found.resources) <= 5_000
    assert found.has_hidden_resources
