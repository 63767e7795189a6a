"""What the tools raise for a user's mistake: one sentence, cause then cure; never shown with a traceback."""


class ToolError(Exception):
    """Something that the user can mend; the text is the whole message."""


class Unreadable(ToolError):
    """A file that cannot be read as a template."""

    def __init__(self, name: str, cause: str, line: int = 0, column: int = 0) -> None:
        """Keep where it is: line and column count from 1, and are 0 where they are not known."""
        place = f"{name}:{line}:{column}" if line else name
        super().__init__(f"{place}: {cause}")
        self.name = name
        self.cause = cause
        self.line = line
        self.column = column


class NotATemplate(Unreadable):
    """A file that can be read, and is no CloudFormation template."""


class Refused(ToolError):
    """An edit that cannot be made without touching what must not be touched."""
