import os

from hypothesis import HealthCheck, Phase, settings

# `./kpi mutants` runs the same tests thousands of times: the same few examples each time, and no shrinking.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    max_examples=25,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
if "KPI_MUTANTS" in os.environ:
    settings.load_profile("mutants")
