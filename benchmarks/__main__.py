"""Every benchmark, its tables one after the other."""

from benchmarks import lighthouse, mechanism, normalization, plain, widget_step

for benchmark in (normalization, mechanism, widget_step, plain, lighthouse):
    benchmark.main()
    print()
