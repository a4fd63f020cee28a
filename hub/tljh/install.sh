#!/bin/bash
# Made by `make hub` from hub/settings.yml: change it there.
# Run as root on a fresh Ubuntu LTS; `tljh/install.sh light` leaves torch out.
set -euo pipefail
curl -fsSL https://tljh.jupyter.org/bootstrap.py | python3 - --admin teacher
[ -d /opt/implicit-em ] || git clone --branch main https://github.com/owner/name /opt/implicit-em
cd /opt/implicit-em
export PATH=/opt/tljh/user/bin:$PATH NB_PYTHON_PREFIX=/opt/tljh/user
lists=$(mktemp -d)
grep -v '^-' .binder/requirements.txt > "$lists/binder.txt"
if [ "${1:-}" = light ]; then grep -v '^torch' requirements.txt; else cat requirements.txt; fi > "$lists/book.txt"
python -m pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \
    --constraint constraints.txt --requirement "$lists/book.txt" --requirement "$lists/binder.txt" \
    --requirement hub/requirements.txt
.binder/postBuild
install -m 600 hub/tljh/config.yaml /opt/tljh/config/config.yaml
/opt/tljh/hub/bin/tljh-config reload hub
/opt/tljh/hub/bin/tljh-config reload proxy
