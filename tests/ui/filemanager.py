# SPDX-License-Identifier: GPL-3.0-or-later
"""A file manager on the session bus that writes down what it is asked to show.

usage: filemanager.py FILE"""
import sys

from gi.repository import Gio, GLib

INTERFACE = Gio.DBusNodeInfo.new_for_xml('''<node><interface name="org.freedesktop.FileManager1"><method name="ShowItems">
<arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface></node>''').interfaces[0]


def called(connection, sender, path, interface, method, arguments, invocation):
    with open(sys.argv[1], 'a') as out:
        out.write('\n'.join(arguments.unpack()[0]) + '\n')
    invocation.return_value(None)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.register_object('/org/freedesktop/FileManager1', INTERFACE, called)
Gio.bus_own_name_on_connection(bus, 'org.freedesktop.FileManager1', 0, lambda *_: print('ready', flush=True), None)
GLib.MainLoop().run()
