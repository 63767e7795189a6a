"""Templates with something wrong in them: they are refused in words, or mended as any other."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.inject.samples import BEFORE, NAMES
from vended_logs_tools.errors import ToolError
from vended_logs_tools.inject import PROVIDERS, Options, Provider, inject_into
from vended_logs_tools.reading.source import parse

_SAMPLES = [data for data in ((BEFORE / name).read_bytes() for name in NAMES) if len(data) < 3_000]
_PIECES = [
    *(b" ", b"\t", b"\n", b"\r\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"#", b" # note\n", b"- ", b"? ", b": ", b","),
    *(b"{", b"}", b"[", b"]", b"'", b'"', b"|\n", b">-\n", b"---\n", b"...\n", b"%", b"~", b"null", b"\\", b"\xff"),
    *(
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!!str ",
        b"!Ref ",
        b"Resources:\n",
        b"\n    DependsOn:\n",
        b"DependsOn: [] ",
        b"Type: ",
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Generate a sample with up to three pieces put in or taken out anywhere."""
    data = draw(st.sampled_from(_SAMPLES))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data)))
        taken = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
        data = data[:place] + draw(st.sampled_from(_PIECES)) + data[place + taken :]
    return data


@settings(deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(data=damaged(), provider=st.sampled_from(PROVIDERS))
def test_damage_is_refused_or_does_not_matter(data: bytes, provider: Provider) -> None:
    """No damage ends in anything but a sentence or a template that keeps its bytes and needs nothing more."""
    try:
        injection = inject_into(parse(data, "t.yaml"), Options(provider=provider))
    except ToolError:
        return
    rest = iter(injection.data)
    assert all(byte in rest for byte in data)
    assert not inject_into(parse(injection.data, "t.yaml")).is_change
