"""A state machine that logs, as text of a template."""

MACHINE = "Type: AWS::StepFunctions::StateMachine"
LOGGING = "Properties: {LoggingConfiguration: {Level: ALL}}"
FLOW = f"{{{MACHINE}, {LOGGING}}}"
