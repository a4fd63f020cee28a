"""Write what a hub is set up by, from settings.yml and what was measured: ``make hub``.

`kubernetes/values.yaml` is for Zero to JupyterHub's chart, `tljh/` for The Littlest JupyterHub, `links.md` opens each
chapter on the hub, `plan.md` is the plan that the course's page shows. A test holds that they are what is made.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]

from hub import plan  # noqa: E402
from iembook import repository  # noqa: E402
from iembook.notebooks import needs_torch  # noqa: E402

CHART = "4.4.0"
HEAD = "# Made by `make hub` from hub/settings.yml: change it there.\n"
# What each of the two images is called where a student chooses, and the figures that its limits are made of.
FULL, LIGHT = "with torch", "without torch"


def settings() -> dict[str, Any]:
    """The one place of settings."""
    return dict(yaml.safe_load((HERE / "settings.yml").read_text(encoding="utf-8")))


def mebibytes(size: int) -> str:
    """MiB as the spawners read it, whose units are powers of two."""
    return f"{size}M"


def spawned(kind: str, said: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What a server of that image is promised and allowed."""
    it = plan.limits(plan.measured(found, kind), said)
    tag = said["tag"] + ("-light" if kind == LIGHT else "")
    return {
        "image": f"{said['image']}:{tag}",
        "mem_guarantee": mebibytes(it.memory_guarantee),
        "mem_limit": mebibytes(it.memory_limit),
        "cpu_guarantee": it.cores_guarantee,
        "cpu_limit": it.cores_limit,
    }


def kubernetes(said: dict[str, Any], found: dict[str, Any]) -> str:
    """The chart's values."""
    host = said["hub"].partition("://")[2]
    light, full = (spawned(kind, said, found) for kind in (LIGHT, FULL))
    values = {
        "hub": {
            "config": {
                # Nobody comes in until a file of your own says how: see the README.
                "JupyterHub": {"authenticator_class": "null", "admin_access": False},
                "Authenticator": {"admin_users": said["administrators"]},
            },
        },
        "proxy": {
            "https": {"enabled": True, "hosts": [host], "letsencrypt": {"contactEmail": said["contact"]}},
        },
        "singleuser": {
            "image": {"name": said["image"], "tag": f"{said['tag']}-light"},
            "memory": {"guarantee": light["mem_guarantee"], "limit": light["mem_limit"]},
            "cpu": {"guarantee": light["cpu_guarantee"], "limit": light["cpu_limit"]},
            "storage": {"capacity": f"{said['disk_gibibytes']}Gi"},
            "defaultUrl": "/lab",
            # As many threads as a server may have cores: more wait for each other.
            "extraEnv": {"OMP_NUM_THREADS": str(max(1, int(said["cores_limit"])))},
            # A server reaches the internet for a chapter's sources, and no other server, nor the cloud's own addresses.
            "networkPolicy": {"enabled": True},
            "cloudMetadata": {"blockWithIptables": True},
            "allowPrivilegeEscalation": False,
            "profileList": [
                {
                    "display_name": "Chapters without torch",
                    "description": "For each that says “runs without torch”: smaller, and faster to start.",
                    "slug": "light",
                    "default": True,
                    "kubespawner_override": light,
                },
                {
                    "display_name": "All chapters",
                    "description": "With torch.",
                    "slug": "torch",
                    "kubespawner_override": full,
                },
            ],
        },
        "prePuller": {"hook": {"enabled": True}, "continuous": {"enabled": True}},
        "scheduling": {"userScheduler": {"enabled": True}},
        "cull": {
            "enabled": True,
            "timeout": said["idle_minutes"] * 60,
            "every": said["asked_every_minutes"] * 60,
            "maxAge": said["longest_hours"] * 3600,
        },
    }
    return f"{HEAD}# For the chart jupyterhub/jupyterhub {CHART}.\n" + dump(values)


def tljh(said: dict[str, Any], found: dict[str, Any]) -> str:
    """The settings of The Littlest JupyterHub, as /opt/tljh/config/config.yaml."""
    # One environment for all: with torch.
    it = plan.limits(plan.measured(found, FULL), said)
    config = {
        "users": {"admin": said["administrators"]},
        # A student makes an account, and an administrator lets it in at /hub/authorize: nobody else can log in, so all
        # who can are allowed.
        "auth": {
            "type": "nativeauthenticator.NativeAuthenticator",
            "NativeAuthenticator": {
                "allow_all": True,
                "open_signup": False,
                "minimum_password_length": 10,
                "allowed_failed_logins": 5,
            },
        },
        "limits": {"memory": mebibytes(it.memory_limit), "cpu": it.cores_limit},
        "user_environment": {"default_app": "jupyterlab"},
        "https": {
            "enabled": True,
            "letsencrypt": {"email": said["contact"], "domains": [said["hub"].partition("://")[2]]},
        },
        "services": {
            "cull": {
                "enabled": True,
                "timeout": said["idle_minutes"] * 60,
                "every": said["asked_every_minutes"] * 60,
                "max_age": said["longest_hours"] * 3600,
            },
        },
    }
    return HEAD + dump(config)


def install(said: dict[str, Any]) -> str:
    """The commands that set up one machine."""
    return f"""#!/bin/bash
{HEAD}# Run as root on a fresh Ubuntu LTS; `tljh/install.sh light` leaves torch out.
set -euo pipefail
curl -fsSL https://tljh.jupyter.org/bootstrap.py | python3 - --admin {said["administrators"][0]}
[ -d /opt/implicit-em ] || git clone --branch {said["branch"]} {said["repository"]} /opt/implicit-em
cd /opt/implicit-em
export PATH=/opt/tljh/user/bin:$PATH NB_PYTHON_PREFIX=/opt/tljh/user
lists=$(mktemp -d)
grep -v '^-' .binder/requirements.txt > "$lists/binder.txt"
if [ "${{1:-}}" = light ]; then grep -v '^torch' requirements.txt; else cat requirements.txt; fi > "$lists/book.txt"
python -m pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \\
    --constraint constraints.txt --requirement "$lists/book.txt" --requirement "$lists/binder.txt" \\
    --requirement hub/requirements.txt
.binder/postBuild
install -m 600 hub/tljh/config.yaml /opt/tljh/config/config.yaml
/opt/tljh/hub/bin/tljh-config reload hub
/opt/tljh/hub/bin/tljh-config reload proxy
"""


def chapters() -> list[tuple[str, str, bool]]:
    """Path, title and whether it needs torch, of each chapter that runs code, in the book's order."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    listed = []
    for path in (f"{it['file']}.md" for part in parts for it in part["chapters"]):
        source = (ROOT / "book" / path).read_text(encoding="utf-8")
        if "```{code-cell}" in source:
            title = re.search(r"(?m)^# (.*)$", source)
            assert title
            listed.append((path, title[1], needs_torch(source)))
    return listed


def links(said: dict[str, Any]) -> str:
    """Each chapter on the hub."""
    where = repository.parse(said["repository"], said["branch"])
    if not where:
        raise ValueError(f"hub/settings.yml: repository must be on a host that we know, got {said['repository']!r}")
    address = repository.hub(said["hub"])
    rows = [
        f"| [{title}]({where.links(path, title, address).hub}) | {'with' if torch else 'without'} |"
        for path, title, torch in chapters()
    ]
    return "\n".join([f"<!-- {HEAD[2:-1]} -->", "", "| opens on the hub | torch |", "| --- | --- |", *rows, ""])


def dump(value: dict[str, Any]) -> str:
    """A tree as YAML, in the order that it was written in."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120))


def made() -> dict[str, str]:
    """What each file holds, by its path below hub/."""
    said, found = settings(), plan.found()
    return {
        "kubernetes/values.yaml": kubernetes(said, found),
        "tljh/config.yaml": tljh(said, found),
        "tljh/install.sh": install(said),
        "links.md": links(said),
        "plan.md": plan.page(found, said),
    }


def main() -> None:
    """Write them."""
    for name, text in made().items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (HERE / "tljh" / "install.sh").chmod(0o755)


if __name__ == "__main__":
    main()
