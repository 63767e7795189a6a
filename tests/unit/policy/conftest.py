"""Hypothesis settings for the laws: the same examples on every run, unless a profile is asked for by name.

`pytest --hypothesis-profile=explore tests/unit/policy` looks at fresh examples, twenty times as many.
"""

from hypothesis import HealthCheck, Phase, settings

_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "laws", max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "explore", max_examples=1000, deadline=None, database=None, print_blob=True, suppress_health_check=_SLOW_IS_FINE
)
# For mutants, of which there are thousands: fewer examples, and a fault is enough without its smallest example.
settings.register_profile(
    "mutants",
    settings.get_profile("laws"),
    max_examples=5,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
# The command line's choice is made before this file is read, so it must not be overridden here.
if settings.get_current_profile_name() in {"default", "ci"}:
    settings.load_profile("laws")
