"""Every benchmark, its tables one after the other."""

from benchmarks import audit, audit_page, lighthouse, mechanism, normalization, plain, probe, widget_step

for benchmark in (normalization, mechanism, audit, probe, audit_page, widget_step, plain, lighthouse):
    benchmark.main()
    print()
