"""Every benchmark, its tables one after the other."""

from benchmarks import audit, audit_page, learning, lighthouse, mechanism, normalization, plain, reduction, widget_step

for benchmark in (normalization, mechanism, audit, audit_page, learning, widget_step, reduction, plain, lighthouse):
    benchmark.main()
    print()
