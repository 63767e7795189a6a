"""Templates written in a test."""

import textwrap

from vended_logs_tools.template_model import Template, parse

LOG_GROUP = """\
  Log:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/vendedlogs/orders
"""
"""A log group within the default pattern, as the last resource of a template."""


def template(text: str, name: str = "template.yaml") -> Template:
    """Return the template that an indented text holds."""
    return parse(textwrap.dedent(text).encode(), name)


def resources(text: str) -> Template:
    """Return a SAM template with these resources."""
    return template(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n" + textwrap.indent(textwrap.dedent(text), "  ")
    )
