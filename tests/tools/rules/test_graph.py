"""Which resource waits for which, and under which condition."""

from collections.abc import Mapping, Sequence

import pytest

from tests.tools.templates import resources, template
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of, negate
from vended_logs_tools.rules.graph import Graph
from vended_logs_tools.template_model import Template

BUCKET = "A: {Type: T, Properties: {P: !Ref B}}\nB: {Type: 'AWS::S3::Bucket'}\n"
API = "A: {Type: T, Properties: {P: !Ref ServerlessRestApi}}\n"
EVENT = "F: {Type: 'AWS::Serverless::Function', DependsOn: Z, Properties: {Events: {E: {Type: %s}}}}"


def reach(
    found: Template, start: str = "A", goal: str = "Z", extra: Mapping[str, Sequence[str]] | None = None
) -> Formula:
    """Return when one resource waits for another."""
    return Graph(found, extra).reach(start, lambda one: TRUE if one.logical_id == goal else FALSE)


@pytest.mark.parametrize(
    "chain",
    [
        "A: {Type: T, DependsOn: Z}",
        "A: {Type: T, DependsOn: [B, Z]}\nB: {Type: T}",
        "A: {Type: T, DependsOn: B}\nB: {Type: T, Properties: {P: !Ref Z}}",
        "A: {Type: T, Properties: {P: [!Sub 'x${Z.Arn}']}}",
        "A: {Type: T, Properties: {P: !GetAtt Z.Arn}}",
        "A: {Type: T, Metadata: {P: !Ref Z}}",
        "A: {Type: T, DependsOn: FRole}\nF: {Type: 'AWS::Serverless::Function', Properties: {Policies: [!Ref Z]}}",
        "A: {Type: T, DependsOn: F}\nF: {Type: 'AWS::Serverless::Function', Properties: {Policies: [!Ref Z]}}",
        "A: {Type: T, Properties: {P: !Ref F.Version}}\nF: {Type: 'AWS::Serverless::Function', DependsOn: Z}",
        BUCKET + EVENT % "S3, Properties: {Bucket: !Ref B}",
        API + EVENT % "Api, Properties: {Path: /}",
        "A: {Type: T, DependsOn: ZInner}",
        "A: {Type: T, Properties: {P: !GetAtt Z.Inner.Arn}}",
    ],
)
def test_waiting(chain: str) -> None:
    """Each of these makes A wait for Z."""
    assert reach(resources(f"{chain}\nZ: {{Type: 'A::B::C::MODULE'}}")) == TRUE


@pytest.mark.parametrize(
    "chain",
    [
        "A: {Type: T}",
        "A: {Type: T, Properties: {P: '${Z}'}}",
        "A: {Type: T, Properties: {P: !Sub '${!Z}'}}",
        "A: {Type: T, DependsOn: Zed}",
        "A: {Type: T, DependsOn: 3}",
        "A: {Type: T, DependsOn: {Ref: Z}}",
        "A: {Type: T, UpdatePolicy: {P: !Ref Z}}",
        "A: {Type: T}\nB: {Type: T, DependsOn: [A, Z]}",
        "A: {Type: 'AWS::Serverless::StateMachine', Properties: {Events: {E: {Type: Schedule, P: !Ref Z}}}}",
        "A: {Type: 'AWS::Serverless::Function', Properties: {EventInvokeConfig: {P: !Ref Z}}}",
        "A: {Type: 'AWS::Serverless::Function', Properties: {FunctionUrlConfig: {P: !Ref Z}}}",
        "A: {Type: 'AWS::Serverless::Function', Properties: {DeploymentPreference: {Alarms: [!Ref Z]}}}",
        "A: {Type: T, DependsOn: FRole}\nF: {Type: 'AWS::Serverless::Function', DependsOn: Z}",
        "A: {Type: 'AWS::Serverless::Function', Properties: {Role: r, Policies: [!Ref Z]}}",
        "A: {Type: T, DependsOn: B}\nB: {Type: T, DependsOn: A}",
    ],
)
def test_not_waiting(chain: str) -> None:
    """None of these makes A wait for Z."""
    assert reach(resources(f"{chain}\nZ: {{Type: T}}")) == FALSE


def test_globals_are_properties_too() -> None:
    """What the Globals section says of functions is said by each of them, unless it says otherwise."""
    text = """
    Transform: AWS::Serverless-2016-10-31
    Globals: {Function: {Environment: {Variables: {V: !Ref Z}}}}
    Resources:
      A: {Type: T, DependsOn: F}
      F: {Type: "AWS::Serverless::Function", Properties: {Environment: {Variables: {W: w}}}}
      G: {Type: "AWS::Serverless::Function", Properties: {Environment: {Variables: {V: v}}}}
      P: {Type: "AWS::Lambda::Function"}
      Z: {Type: T}
    """
    assert [reach(template(text), start) for start in ("A", "F", "G", "P")] == [TRUE, TRUE, FALSE, FALSE]
    assert reach(template(text.replace("Transform: AWS::Serverless-2016-10-31", ""))) == FALSE


def test_conditions_along_the_way() -> None:
    """A waits for Z where each resource on the way is there and each reference is made."""
    found = template(
        """
        Parameters: {P: {Type: String}}
        Conditions: {X: !Equals [!Ref P, x], Y: !Equals [!Ref P, y]}
        Resources:
          A: {Type: T, DependsOn: [B, C]}
          B: {Type: T, Condition: X, DependsOn: Z}
          C: {Type: T, Properties: {P: !If [Y, !Ref Z, z]}}
          D: {Type: T, Condition: X, DependsOn: B}
          Z: {Type: T}
        """
    )
    x, y = found.conditions.named("X"), found.conditions.named("Y")
    assert reach(found) == any_of(x, y)
    assert not found.conditions.possible(all_of(x, negate(reach(found, "D"))))
    assert found.conditions.possible(negate(reach(found)))


def test_what_cannot_be_seen() -> None:
    """Where a macro may add what is named, or add to what is there, nobody can tell."""
    hidden = "Fn::Transform: {Name: Any}\nA: {Type: T, DependsOn: B}"
    assert reach(resources(hidden)) == UNKNOWN
    assert reach(resources("A: {Type: T, DependsOn: B}")) == FALSE
    assert reach(resources("A: {Type: T, Properties: {Fn::Transform: {Name: Any}}}")) == UNKNOWN


def test_what_is_thought_to_be_added() -> None:
    """Extra dependencies count like those that are written."""
    found = resources("A: {Type: T, DependsOn: B}\nB: {Type: T}\nZ: {Type: T}")
    assert reach(found) == FALSE
    assert reach(found, extra={"A": ["Z"]}) == TRUE
    assert Graph(found, {"B": ["Z"]}).closure("A") == {"B", "Z"}


def test_a_chain_of_five_hundred() -> None:
    """The longest chain that a template may hold is followed to its end."""
    lines = [f"R{n}: {{Type: T, DependsOn: R{n + 1}}}" for n in range(499)]
    found = resources("\n".join([*lines, "R499: {Type: T}"]))
    assert reach(found, "R0", "R499") == TRUE
