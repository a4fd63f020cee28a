"""Speed against peers, as ratios of one run: ``python -m benchmarks``.

One thread everywhere: the variables are set here because NumPy and torch read them when first imported.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[variable] = "1"
