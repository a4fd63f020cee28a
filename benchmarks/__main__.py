"""Every benchmark, one table each."""

from benchmarks import normalization, widget_step

normalization.main()
print()
widget_step.main()
