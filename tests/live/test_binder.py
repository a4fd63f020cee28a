"""What Binder makes of the repository: repo2docker's own reading of it, and torch as its build for the CPU."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import binder

# As Binder calls it, but for the build itself, which would need Docker.
REPO2DOCKER = ["jupyter-repo2docker", "--no-build", "--debug", "--user-id=1000", "--user-name=jovyan", "."]


def test_repo2docker_takes_our_python_then_our_lists_then_our_post_build(tmp_path: Path):
    tool = Path(sys.executable).with_name(REPO2DOCKER[0])
    clone = binder.copied(tmp_path)
    read = subprocess.run([tool, *REPO2DOCKER[1:]], cwd=clone, capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
    assert (clone / ".binder" / "runtime.txt").read_text().strip().replace("-", "=") in read.stderr
    dockerfile = read.stdout.splitlines()
    # Our list refers to files beside it, so the whole repository must be there first.
    steps = [
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",
        'RUN ${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r ".binder/requirements.txt"',
        "RUN ./.binder/postBuild",
    ]
    assert [line for line in dockerfile if line in steps] == steps


def test_torch_is_its_build_for_the_cpu(clone: Path):
    asked = [binder.ENVIRONMENT / "bin" / "python", "-c", "import torch; print(torch.version.cuda)"]
    cuda = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    index = next(line for line in (binder.ROOT / binder.LISTS[0]).read_text().splitlines() if binder.INDEX in line)
    if cuda != "None" and not binder.answers(index.removeprefix(binder.INDEX)):
        pytest.skip("torch's own index was not reached, and the ordinary one has the build for GPUs")
    assert cuda == "None"
