"""What holds for every layout that a template may have."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.inject.layouts import block_templates, json_templates
from vended_logs_tools.inject import PROVIDERS, Options, Provider, inject_into
from vended_logs_tools.reading.construct import construct
from vended_logs_tools.reading.source import parse

_SETTINGS = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def _names(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _without(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return new data without our resource and its name in each DependsOn, which takes the form that it had."""
    resources = {key: dict(body) for key, body in new["Resources"].items() if key != "VendedLogsPolicy"}
    for key, body in resources.items():
        before = old["Resources"][key]
        names = [name for name in _names(body.pop("DependsOn", None)) if name != "VendedLogsPolicy"]
        assert names == _names(before.get("DependsOn"))
        if "DependsOn" in before:
            body["DependsOn"] = before["DependsOn"]
    return {**new, "Resources": resources}


def _lost_lines(old: bytes, new: bytes) -> Counter[bytes]:
    """Return the old lines that are in the new text no longer, and how many of each."""
    return Counter(old.splitlines()) - Counter(new.splitlines())


@_SETTINGS
@given(data=block_templates())
def test_block_style_keeps_every_line_but_those_that_are_extended(data: bytes) -> None:
    """Only lines with a DependsOn that grows, or a machine in flow style, change; the data grow as asked for."""
    injection = inject_into(parse(data, "t.yaml"))
    assert all(b"DependsOn" in line or b"{" in line or b":" not in line for line in _lost_lines(data, injection.data))
    old, new = construct(injection.before), construct(parse(injection.data, "t.yaml"))
    assert _without(old, new) == old
    assert new["Resources"]["VendedLogsPolicy"]["Type"] == "Custom::VendedLogsPolicy"


@_SETTINGS
@given(data=st.one_of(block_templates(), json_templates()))
def test_a_second_run_changes_nothing(data: bytes) -> None:
    """Whatever the layout, what was mended needs nothing more."""
    injection = inject_into(parse(data, "t.yaml"))
    assert injection.is_change
    assert not inject_into(parse(injection.data, "t.yaml")).is_change


@_SETTINGS
@given(data=block_templates())
def test_line_ends_stay_of_one_kind(data: bytes) -> None:
    """What is added ends its lines as the file does."""
    after = inject_into(parse(data, "t.yaml")).data
    assert after.count(b"\r") == (after.count(b"\n") if b"\r" in data else 0)
    assert after.endswith(b"\n") == data.endswith(b"\n")


@_SETTINGS
@given(data=json_templates())
def test_json_is_written_as_json(data: bytes) -> None:
    """A JSON parser reads the old data and what was added; a minified file gets no space, an indented one lines."""
    after = inject_into(parse(data, "t.json")).data
    old, new = json.loads(data.decode("utf-8-sig")), json.loads(after.decode("utf-8-sig"))
    assert _without(old, new) == old
    assert list(new["Resources"]) == ["VendedLogsPolicy", *old["Resources"]]


@_SETTINGS
@given(data=json_templates(), provider=st.sampled_from(PROVIDERS))
def test_pretty_json_stays_as_a_printer_would_print_it(data: bytes, provider: Provider) -> None:
    """Of JSON as json.dumps writes it, only the lists that were on one line stay on one line."""
    plain = json.loads(data.decode("utf-8-sig"))
    plain["Transform"] = "AWS::Serverless-2016-10-31"
    for body in plain["Resources"].values():
        body.pop("DependsOn", None)
    styles: list[tuple[int | str | None, tuple[str, str] | None]]
    styles = [(2, None), ("\t", None), (None, (",", ":")), (None, None)]
    for indent, separators in styles:
        text = json.dumps(plain, indent=indent, separators=separators)
        after = inject_into(parse(text.encode(), "t.json"), Options(provider=provider)).after
        assert after == json.dumps(json.loads(after), indent=indent, separators=separators)


@pytest.mark.parametrize("provider", PROVIDERS)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(data=block_templates())
def test_every_provider_fits_into_every_layout(provider: Provider, data: bytes) -> None:
    """Each kind of provider is added to any layout, proved, and needs nothing more."""
    mark, text = data[:3] if data.startswith(b"\xef") else b"", data.removeprefix(b"\xef\xbb\xbf")
    source = parse(mark + b"Transform: AWS::Serverless-2016-10-31\n" + text, "t.yaml")
    injection = inject_into(source, Options(provider=provider))
    assert injection.machines
    assert not inject_into(parse(injection.data, "t.yaml")).is_change
