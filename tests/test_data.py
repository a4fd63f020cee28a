"""The data sets are those they say they are."""

import hashlib
from importlib.resources import files

import numpy as np

import iemlib as iem

FAITHFUL = "d40b983752ab7ec0b15b740089c3ca7b7b59d0c7433a029a1714d134de1e8d14"


def test_old_faithful_is_whole_and_unchanged():
    content = files("iemlib").joinpath("datasets/faithful.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FAITHFUL
    data = iem.data.faithful()
    assert data.shape == (272, 2)
    np.testing.assert_allclose(data.mean(0), [3.487783, 70.897059], atol=1e-6)
    np.testing.assert_array_equal(data.min(0), [1.6, 43])
    np.testing.assert_array_equal(data.max(0), [5.1, 96])


def test_every_file_of_data_names_its_source():
    folder = files("iemlib").joinpath("datasets")
    named = folder.joinpath("README.md").read_text(encoding="utf-8")
    for entry in folder.iterdir():
        assert entry.name == "README.md" or f"| {entry.name} |" in named
