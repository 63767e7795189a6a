"""The sentences of the core as the command says them: no stack is deployed here, and properties are options.

The function and the command share the causes; only the cure's last words differ.
"""

import re
from typing import Final

_PHRASES: Final = (
    ("The provider function's role is not authorized", "These credentials are not authorized"),
    ("allow it in that role, then", "allow it to them, then"),
    ("is denied to the provider function by", "is denied to these credentials by"),
    ("because the provider function's credentials are not valid", "because the credentials are not valid"),
    ("set the function's role anew", "log in again, or name another --profile"),
    ("give the provider function its role", "name a profile with --profile, or set AWS_PROFILE"),
    ("look at the provider function's network", "look at the network"),
    ("name its authority in the provider function's AWS_CA_BUNDLE", "name its authority in AWS_CA_BUNDLE"),
    ("mend the provider function's configuration", "mend the profile in your AWS configuration"),
    ("report this with the provider's log, which holds the policy as it was read", "report this with the policy"),
    ("set PolicyName to one of them", "give one of their names as --policy-name"),
    ("set WhenFull to ", "give --when-full "),
    ("WhenFull: ", "--when-full "),
    ("deploy again", "run this again"),
)
_NO_OTHER_NAME: Final = re.compile(r", or set PolicyName to one of them")
_OPTIONS: Final = {
    "PolicyName": "--policy-name",
    "LogGroupPatterns": "--pattern",
    "WhenFull": "--when-full",
}
_OPTION = re.compile(r"^(" + "|".join(_OPTIONS) + r")(?= )")


def said(sentence: object) -> str:
    """Return a sentence of the core's, or an error of it, in the command's words."""
    text = _OPTION.sub(lambda found: _OPTIONS[found[1]], str(sentence))
    for phrase, words in _PHRASES:
        text = text.replace(phrase, words)
    return text


def said_of_restore(sentence: object) -> str:
    """Return a sentence in the words of the verb that puts policies back under the names that they had."""
    return said(_NO_OTHER_NAME.sub("", str(sentence)))
