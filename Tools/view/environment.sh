#!/bin/sh
# Chromium with its driver from Debian, and Selenium from PyPI. Installs what is missing where it may.
#
# usage: environment.sh FOLDER
set -e
for program in chromium chromedriver; do
  command -v "$program" > /dev/null && continue
  if [ "$(id -u)" != 0 ]; then
    echo "prove-view: $program is missing: apt-get install chromium chromium-driver" >&2
    exit 1
  fi
  apt-get update -qq
  apt-get install -y --no-install-recommends chromium chromium-driver
done
if ! "$1/bin/python" -c "import numpy, selenium" 2> /dev/null; then
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet "selenium==4.51.0" "numpy<3"
fi
