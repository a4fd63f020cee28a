"""Every benchmark, one table each."""

from benchmarks import normalization

normalization.main()
