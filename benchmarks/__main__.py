"""Every benchmark, its tables one after the other."""

from benchmarks import audit, audit_page, learning, lighthouse, mechanism, normalization, plain, widget_step

for benchmark in (normalization, mechanism, audit, audit_page, learning, widget_step, plain, lighthouse):
    benchmark.main()
    print()
