#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command in a desktop of its own: X server, window manager, session and accessibility bus, home folder.
# SCREEN=1280x900   WM=openbox|none   UI_FONT='DejaVu Sans 10'
set -eu

base=$(mktemp -d "${TMPDIR:-/tmp}/scanvault-ui-XXXXXX")
xserver='' manager=''
finish () {
  for pid in $manager $xserver; do
    kill "$pid" 2>/dev/null || true
  done
  rm -rf "$base"
}
trap finish EXIT
trap 'exit 130' INT TERM

mkdir -m 700 "$base/home" "$base/runtime" "$base/services"
export HOME="$base/home"
export XDG_RUNTIME_DIR="$base/runtime"
export XDG_CONFIG_HOME="$HOME/.config" XDG_DATA_HOME="$HOME/.local/share" XDG_CACHE_HOME="$HOME/.cache"
export LC_ALL=C.UTF-8 TZ=UTC
export GDK_BACKEND=x11 GSK_RENDERER="${GSK_RENDERER:-cairo}" GSETTINGS_BACKEND=memory
export GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 GIO_USE_VFS=local
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS SESSION_MANAGER DISPLAY || true

# Nothing moves by itself, and text has the same size everywhere: pictures of two runs are alike.
mkdir -p "$XDG_CONFIG_HOME/gtk-4.0"
cat > "$XDG_CONFIG_HOME/gtk-4.0/settings.ini" <<SETTINGS
[Settings]
gtk-enable-animations=0
gtk-cursor-blink=0
gtk-font-name=${UI_FONT:-DejaVu Sans 10}
SETTINGS

# The server picks a free number itself and tells it when it is ready.
mkfifo "$base/number"
Xvfb -displayfd 3 -screen 0 "${SCREEN:-1280x900}x24" -nolisten tcp -noreset 3> "$base/number" 2> "$base/xserver.log" &
xserver=$!
read -r number < "$base/number"
export DISPLAY=":$number"
if [ "${WM:-openbox}" != none ]; then
  "${WM:-openbox}" > "$base/manager.log" 2>&1 &
  manager=$!
fi

# This bus can start the accessibility bus and nothing else; the system's own list would start portals, which mount a
# file system in the runtime folder.
ln -s /usr/share/dbus-1/services/org.a11y.Bus.service "$base/services/"
cat > "$base/bus.conf" <<CONFIG
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$base/runtime</listen>
  <servicedir>$base/services</servicedir>
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
CONFIG
# The registry runs before the first client: started on demand it loses a race now and then, and the client waits 25 s.
cat > "$base/start.sh" <<'START'
bus=$(gdbus call --session -d org.a11y.Bus -o /org/a11y/bus -m org.a11y.Bus.GetAddress | cut -d"'" -f2) || exit 99
gdbus call --address "$bus" -d org.freedesktop.DBus -o /org/freedesktop/DBus \
  -m org.freedesktop.DBus.StartServiceByName org.a11y.atspi.Registry 0 > /dev/null || exit 99
exec "$@"
START
status=0
dbus-run-session --config-file="$base/bus.conf" -- sh "$base/start.sh" "$@" || status=$?
exit $status
