# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the program as a person does: reads it through the accessibility bus, and acts through it or by real mouse and
keys. To be run inside run-headless.sh.

GTK 4.8 tells no screen coordinates, so points are computed from the X window; hidden pages stay in the tree without a
size; list and flow-box cells have no actions and need real clicks."""
import contextlib
import hashlib
import os
import re
import signal
import subprocess
import threading
import time
import warnings

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter('ignore', DeprecationWarning)
IN_WINDOW = Atspi.CoordType.WINDOW
MOST_CHILDREN = 60


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout


def whole(look):
    """What look() answers once nothing vanishes while it looks; that may be an empty list."""
    return wait_for('a look during which no widget goes', lambda: (look(),))[0]


def wait_for(what, look, seconds=20.0):
    """The first true answer of look(); widgets may vanish between two questions."""
    seconds *= float(os.environ.get('UI_PATIENCE', 1))
    end = time.monotonic() + seconds
    while True:
        try:
            answer = look()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {seconds:.0f} s')
        time.sleep(0.04)


CONTROLS = ('check box', 'radio button', 'toggle button', 'push button', 'text', 'password text', 'combo box', 'slider', 'spin button',
            'list item')


def is_good_name(name):
    words = name.split()
    half = len(words) // 2
    return bool(words) and not re.match('(Gtk|Adw|Ui)[A-Z]', name) and (
        len(words) % 2 == 1 or words[:half] != words[half:])


class Widget:
    """An accessible and the window in which it was found."""

    def __init__(self, node, window=None):
        self.node = node
        self.window = window or self

    @property
    def name(self):
        return self.node.get_name() or ''

    @property
    def role(self):
        return self.node.get_role_name()

    @property
    def box(self):
        return Atspi.Component.get_extents(self.node, IN_WINDOW)

    def has(self, state):
        return self.node.get_state_set().contains(state)

    @property
    def is_shown(self):
        if self.window is self or self.name in ('GtkStackPage', 'Tab'):
            return True
        try:
            box = self.box
        except GLib.Error:
            return False
        return box.width > 0 and box.height > 0

    def children(self):
        for i in range(min(self.node.get_child_count(), MOST_CHILDREN)):
            child = self.node.get_child_at_index(i)
            if child:
                yield Widget(child, self.window)

    def text(self):
        return Atspi.Text.get_text(self.node, 0, -1)


class Program:
    def __init__(self, command, env=None):
        self._meet(subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, text=True))

    @classmethod
    def running(cls, process):
        """One that was started already."""
        program = cls.__new__(cls)
        program._meet(process)
        return program

    def _meet(self, process):
        self.process = process
        self.root = wait_for('the program on the accessibility bus', self._find, 40)
        self.image = self.root.app.bus_name

    def _find(self, but=None):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            node = desktop.get_child_at_index(i)
            if node and node.get_process_id() == self.process.pid and node.app.bus_name != but:
                return node
        if self.process.poll() is not None:
            raise AssertionError(f'the program ended with {self.process.returncode}')
        return None

    def _is_there(self):
        try:
            return (self.root is not None and not self.root.get_state_set().contains(Atspi.StateType.DEFUNCT) and
                    self.root.get_process_id() == self.process.pid and self.root.get_child_count() >= 0)
        except GLib.Error:
            return False

    def windows(self):
        # A vault that is locked replaces the process image, and with it what the bus knows of the program.
        if not self._is_there():
            self.root = self._find()
        if self.root is None:
            return []
        self.root.clear_cache()
        nodes = [self.root.get_child_at_index(i) for i in range(self.root.get_child_count())]
        return [Widget(node) for node in nodes if node]

    def _walk(self, within):
        todo = [within] if within else self.windows()
        while todo:
            widget = todo.pop()
            if not widget.is_shown:
                continue
            yield widget
            todo += reversed(list(widget.children()))

    def find(self, role=None, name=None, within=None):
        """All shown widgets of that role whose whole name matches; those of the newest window first."""
        return whole(lambda: [w for w in self._walk(within)
                              if (role is None or w.role == role) and (name is None or re.fullmatch(name, w.name))])

    def get(self, role=None, name=None, within=None, seconds=20.0):
        if self.process.poll() is not None:
            raise AssertionError(f'the program ended with {self.process.returncode}')
        try:
            return wait_for(f'{role} {name!r}', lambda: next(iter(self.find(role, name, within)), None), seconds)
        except AssertionError as error:
            raise AssertionError(f'{error}; there was: {self.seen()}') from None

    def seen(self):
        """What is on the screen, for the message of a test that fails."""
        return whole(lambda: ' | '.join(f'{w.role}: {w.name}' for w in self._walk(None) if w.name))

    def gone(self, role, name, seconds=20.0):
        wait_for(f'{role} {name!r} to go', lambda: not self.find(role, name), seconds)

    def well_named(self, within=None):
        """Every control has a name, which is no class's, and says it once."""
        bad = whole(lambda: [f'{w.role} {w.name!r}' for w in self._walk(within)
                             if w.role in CONTROLS and w.has(Atspi.StateType.FOCUSABLE) and not is_good_name(w.name)
                             # The choice that a row shows of its list.
                             and w.node.get_parent().get_name() != 'GtkListView'])
        assert not bad, bad

    def window(self, title, seconds=20.0):
        return wait_for(f'window {title!r}',
                        lambda: next((w for w in self.windows() if re.fullmatch(title, w.name)), None), seconds)

    def press(self, name, within=None, seconds=20.0):
        """A button that can be pressed, by its own action."""
        def look():
            return next((w for w in self.find('push button', name, within) if w.has(Atspi.StateType.SENSITIVE)), None)
        button = wait_for(f'button {name!r} that can be pressed', look, seconds)
        assert Atspi.Action.do_action(button.node, 0), name

    def write(self, widget, text):
        assert Atspi.EditableText.set_text_contents(widget.node, text), widget.name

    def _x_windows(self, title):
        # Without one the search ends with an error.
        words = ['xdotool', 'search', '--all', '--onlyvisible', '--pid', str(self.process.pid), '--name', f'^{title}$']
        return subprocess.run(words, capture_output=True, text=True).stdout.split()

    def _x_window(self, window):
        # A window is on the accessibility bus before it is on the screen.
        return wait_for(f'X window {window.name!r}', lambda: self._x_windows(re.escape(window.name)))[-1]

    def lock_entry(self, seconds=20.0):
        return self.get('password text', 'Enter your passphrase', seconds=seconds)

    def locked(self, seconds=20.0):
        """Waits until the vault that was open at the last call, or at the start, is locked, and answers the entry of
        the lock page. That page says nothing by itself: hidden, it keeps the size that it had. But locking replaces the
        process image, which comes to the bus under another name."""
        self.root = wait_for('the process image of a locked vault', lambda: self._find(but=self.image), seconds)
        self.image = self.root.app.bus_name
        return self.lock_entry(seconds)

    def unlock(self, passphrase, card='.*CT.*', seconds=40.0):
        """Answers the card with that name, which is there once the vault is open; None for none to wait for."""
        entry = self.lock_entry()
        self.click(entry)
        # A window that has only just come is on the screen before it gets what is typed.
        wait_for('the active window', lambda: run('xdotool', 'getactivewindow').strip() == self._x_window(entry.window))
        self._type_whole(entry, passphrase)
        self.keys('Return')
        return self.get('table cell', card, seconds=seconds) if card else None

    def _type_whole(self, entry, words):
        """A click while one page gives way to another may go to the one that goes, and what is typed with it."""
        def whole():
            return Atspi.Text.get_character_count(entry.node) == len(words)

        self.type(words)
        for _ in range(2):
            try:
                return wait_for('all that was typed', whole, 4)
            except AssertionError:
                self.click(entry)
                self.keys('ctrl+a')
                self.type(words)
        return wait_for('all that was typed', whole)

    def choose(self, item):
        """From the main menu."""
        self.keys('F10')
        assert Atspi.Action.do_action(self.get('menu item', item).node, 0), item

    def choose_path(self, chooser, path):
        """In a chooser of files, by typing."""
        screen()
        self.type(path)
        screen()
        self.press('_(Choose|Select|Open).*', chooser)
        self.closed(re.escape(chooser.name))

    def save_as(self, title, path):
        """In a chooser of a new file, by typing; waits until the file is there."""
        chooser = self.window(title)
        screen()
        self.keys('ctrl+a')
        self.type(path)
        screen()
        self.press('_(Save|Select|Open).*', chooser)
        self.closed(title)
        wait_for(path, lambda: os.path.exists(path) and os.path.getsize(path) > 0)

    def lock_screen(self):
        """As the desktop's screen lock tells it to all programs."""
        run('gdbus', 'emit', '--session', '--object-path', '/org/freedesktop/ScreenSaver', '--signal',
            'org.freedesktop.ScreenSaver.ActiveChanged', 'true')

    def sheet_groups(self, within=None):
        """The recovery key on the screen, complete."""
        def look():
            found = self.find('label', r'Group \d: [0-9A-Z]{4}', within)
            return '-'.join(w.name[-4:] for w in sorted(found, key=lambda w: w.name)) if len(found) == 9 else None
        return wait_for('nine groups', look)

    def prove_sheet(self, sheet, within=None):
        """Types the two groups that are asked for."""
        groups = sheet.split('-')
        for number in re.findall(r'\d', self.get('heading', 'Type groups . and .', within).name):
            self.write(self.get('text', 'Group ' + number, within), groups[int(number) - 1].lower())
        self.press('Check', within)

    def has_focus(self, name, seconds=20.0):
        """Waits until the widget of that name has the focus, and answers it."""
        return wait_for(f'the focus on {name!r}', lambda: next(
            (w for w in self.find(None, name) if w.has(Atspi.StateType.FOCUSED)), None), seconds)

    def names(self):
        """Of all windows."""
        return whole(lambda: [window.name for window in self.windows()])

    def closed(self, title, seconds=20.0):
        # First by what the screen shows: GTK 4.8 falls over a question about a chooser that is about to go.
        wait_for(f'X window {title!r} to close', lambda: not self._x_windows(title), seconds)
        wait_for(f'window {title!r} to close', lambda: not [n for n in self.names() if re.fullmatch(title, n)], seconds)

    def _readers(self):
        pids = subprocess.run(['pgrep', '-P', str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in pids]

    @contextlib.contextmanager
    def held(self):
        """Work that reads scans does not get on in here: the reading processes are stopped."""
        ended = threading.Event()

        def stop():
            for pid in self._readers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)

        def stop_new_ones():
            while not ended.wait(0.02):
                stop()

        # Before anything is asked for: all of a small scan is read in no time.
        stop()
        thread = threading.Thread(target=stop_new_ones)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            for pid in self._readers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def point(self, widget):
        """The middle of a widget on the screen."""
        # Not by xdotool, which counts a window manager's frame twice.
        told = run('xwininfo', '-id', self._x_window(widget.window))
        x, y, width, height = (int(re.search(rf'{what}: +(-?\d+)', told).group(1))
                               for what in ('Absolute upper-left X', 'Absolute upper-left Y', 'Width', 'Height'))
        window, box = widget.window.box, widget.box
        # Without a compositor GTK draws an even border instead of a shadow.
        left, top = (width - window.width) // 2, (height - window.height) // 2
        return (x + left + box.x + box.width // 2, y + top + box.y + box.height // 2)

    def place_window(self, window, x, y):
        run('xdotool', 'windowmove', '--sync', self._x_window(window), x, y)

    def click(self, widget, button=1):
        run('xdotool', 'mousemove', *self.point(widget), 'click', button)

    def double_click(self, widget):
        run('xdotool', 'mousemove', *self.point(widget), 'click', '--repeat', 2, '--delay', 60, 1)

    def wheel(self, widget, steps):
        run('xdotool', 'mousemove', *self.point(widget), 'click', '--repeat', abs(steps), '--delay', 20,
            5 if steps > 0 else 4)

    def reveal(self, widget):
        """What lies below the end of a page is scrolled to."""
        def is_there():
            if widget.box.y + widget.box.height <= widget.window.box.height - 8:
                return True
            self.wheel(widget.window, 2)
            return False
        wait_for('a place in the window', is_there)

    def drag(self, widget, dx, dy, button=1, steps=8):
        x, y = self.point(widget)
        words = ['mousemove', x, y, 'mousedown', button]
        for i in range(1, steps + 1):
            words += ['mousemove', x + dx * i // steps, y + dy * i // steps, 'sleep', 0.02]
        run('xdotool', *words, 'mouseup', button)

    def keys(self, *names):
        run('xdotool', 'key', '--delay', 30, *names)

    def type(self, text):
        run('xdotool', 'type', '--delay', 15, text)

    def quit(self):
        self.process.terminate()
        self.process.wait(20)


def screen():
    """What the screen shows, once two looks at it agree."""
    last = None
    for _ in range(60):
        now = hashlib.sha256(subprocess.run(['xwd', '-root', '-silent'], check=True, capture_output=True).stdout).digest()
        if now == last:
            break
        last = now
        time.sleep(0.08)
    return last


def picture(name):
    """Keeps a picture of the screen if $SHOTS names a folder."""
    if os.environ.get('SHOTS'):
        os.makedirs(os.environ['SHOTS'], exist_ok=True)
        screen()
        run('import', '-window', 'root', os.path.join(os.environ['SHOTS'], name + '.png'))
