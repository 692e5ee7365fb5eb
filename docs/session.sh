#!/usr/bin/env bash
# Rejoue la session de docs/session.txt : bash docs/session.sh > docs/session.txt
cd "$(dirname "$0")/.." || exit 1
say() { echo "\$ $*"; "$@" 2>&1 | sed -E "s|$PWD/||g; s/^(.{150}).+/\1…/" | head -"${LINES_SHOWN:-14}"; echo; }
export LC_ALL=C.UTF-8
export PATH="$PWD/.venv/bin:$PATH"
say siting scenario list
say siting check sobriete
say siting run docs/exemple/limousin.toml --out resultats/limousin
say siting rank docs/exemple/limousin.toml --top 5
LINES_SHOWN=9 say siting explain 87113_6018 --in resultats/limousin
LINES_SHOWN=8 say siting rules docs/exemple/limousin.toml
say siting run --set demand.utilization=0.5
say siting run campus-1-gw --out resultats/campus
say siting verify docs/exemple/limousin
