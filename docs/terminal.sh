#!/usr/bin/env bash
# Photographs docs/images/terminal-*.png: convtool in two real terminals on a virtual screen, kitty with pictures and xterm
# with half-blocks. Needs xvfb, kitty, xterm, fonts-dejavu-core and imagemagick, and the build.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'kill "${screen:-}" 2>/dev/null || true; rm -rf "$place"' EXIT
cp -r "$root/samples" "$place"
ln -s "$root/bin/convtool.js" "$place/convtool"
cat > "$place/show" <<'SHOW'
cd "$(dirname "$0")"
PATH=$PWD:$PATH
printf '$ %s\n' "$*"
"$@"
touch done
sleep 20
SHOW

exec 3> "$place/display"
Xvfb -displayfd 3 -screen 0 800x600x24 2> /dev/null &
screen=$!
until [ -s "$place/display" ]; do sleep 0.1; done
export DISPLAY=":$(cat "$place/display")" LIBGL_ALWAYS_SOFTWARE=1

# take NAME COMMAND…: starts a terminal, waits until the picture is there, and photographs the screen.
take() {
  local name=$1
  shift
  rm -f "$place/done"
  "$@" > /dev/null 2>&1 &
  local terminal=$!
  for _ in $(seq 100); do [ -e "$place/done" ] && break; sleep 0.2; done
  [ -e "$place/done" ]
  sleep 1.5
  import -window root miff:- |
    convert miff:- -trim +repage -bordercolor black -border 8 "$root/docs/images/terminal-$name.png"
  kill "$terminal"
}
apply=(convtool apply --preview)
take kitty kitty -o font_size=10 -o remember_window_size=no -o initial_window_width=800 \
  -o initial_window_height=520 bash "$place/show" \
  "${apply[@]}" -k sobel-x --map signed --gain 0.125 samples/chart.png
take blocks xterm -fa 'DejaVu Sans Mono' -fs 7 -geometry 110x42 -bg black -fg grey85 +sb -e env COLORTERM=truecolor bash "$place/show" \
  "${apply[@]}" -k sharpen samples/lighthouse.png
