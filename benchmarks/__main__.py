"""Every benchmark, its tables one after the other."""

from benchmarks import lighthouse, normalization, plain, widget_step

for benchmark in (normalization, widget_step, plain, lighthouse):
    benchmark.main()
    print()
