"""Every benchmark, its tables one after the other."""

from benchmarks import (
    audit,
    audit_page,
    learning,
    lighthouse,
    mechanism,
    normalization,
    plain,
    probe,
    reduction,
    widget_step,
)

for benchmark in (
    normalization, mechanism, audit, audit_page, learning, reduction, probe, widget_step, plain, lighthouse,
):  # fmt: skip
    benchmark.main()
    print()
