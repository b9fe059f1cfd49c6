# SPDX-License-Identifier: GPL-3.0-or-later
"""Two Syncthing programs that know nobody but each other, on this computer's loopback alone: nothing is announced, looked
up, reported or upgraded."""
import json
import os
import socket
import subprocess
import time
import urllib.request
import xml.etree.ElementTree as ET

FOLDER = "vault"
PATIENCE = 120
QUIET = {"globalAnnounceEnabled": "false", "localAnnounceEnabled": "false", "relaysEnabled": "false", "natEnabled": "false",
         "urAccepted": "-1", "crashReportingEnabled": "false", "autoUpgradeIntervalH": "0", "startBrowser": "false",
         "reconnectionIntervalS": "1", "stunKeepaliveStartS": "0", "sendFullIndexOnUpgrade": "false"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def put(parent, name, text):
    child = parent.find(name)
    if child is None:
        child = ET.SubElement(parent, name)
    child.text = text


class Instance:
    def __init__(self, home, folder, environment):
        self.home, self.folder, self.environment = home, folder, {**environment, "HOME": home, "STNOUPGRADE": "1"}
        self.port, self.gui, self.process = free_port(), free_port(), None
        self.call("generate", "--no-default-folder", "--skip-port-probing")
        self.device = self.call("--device-id").strip()

    def call(self, *words):
        return subprocess.run(["syncthing", *words, "--home", self.home], check=True, capture_output=True, text=True,
                              env=self.environment, timeout=60).stdout

    def configure(self, other):
        path = os.path.join(self.home, "config.xml")
        tree = ET.parse(path)
        root = tree.getroot()
        for old in root.findall("device") + root.findall("folder"):
            root.remove(old)
        for instance in (self, other):
            device = ET.SubElement(root, "device", id=instance.device, compression="never")
            put(device, "address", f"tcp://127.0.0.1:{instance.port}")
        folder = ET.SubElement(root, "folder", id=FOLDER, path=self.folder, type="sendreceive", rescanIntervalS="3600",
                               fsWatcherEnabled="false", autoNormalize="true")
        for instance in (self, other):
            ET.SubElement(folder, "device", id=instance.device)
        options = root.find("options")
        for old in options.findall("listenAddress"):
            options.remove(old)
        put(options, "listenAddress", f"tcp://127.0.0.1:{self.port}")
        for name, value in QUIET.items():
            put(options, name, value)
        gui = root.find("gui")
        put(gui, "address", f"127.0.0.1:{self.gui}")
        put(gui, "apikey", "only-for-this-test")
        tree.write(path)

    def start(self):
        self.process = subprocess.Popen(["syncthing", "serve", "--home", self.home, "--no-browser", "--no-restart", "--no-upgrade"],
                                        env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def ask(self, path, post=False):
        request = urllib.request.Request(f"http://127.0.0.1:{self.gui}/rest/{path}", data=b"" if post else None,
                                         headers={"X-API-Key": "only-for-this-test"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None


def wait_for(what, look):
    end = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {PATIENCE} s")
        time.sleep(0.05)


class Pair:
    def __init__(self, work, folders, environment):
        self.folders = folders
        self.instances = []
        for number, folder in enumerate(folders):
            home = os.path.join(work, f"syncthing{number}")
            os.makedirs(home)
            os.makedirs(os.path.join(folder, ".stfolder"))
            with open(os.path.join(folder, ".stignore"), "w", encoding="ascii") as ignore:
                ignore.write("/tmp\n")
            self.instances.append(Instance(home, folder, environment))
        self.instances[0].configure(self.instances[1])
        self.instances[1].configure(self.instances[0])
        for instance in self.instances:
            instance.start()

    def stop(self):
        for instance in self.instances:
            instance.stop()

    def tree(self, number):
        found = {}
        for base, folders, names in os.walk(self.folders[number]):
            folders[:] = [name for name in folders if not name.startswith(".st") and
                          os.path.join(base, name) != os.path.join(self.folders[number], "tmp")]
            for name in names:
                if not name.startswith((".st", ".syncthing.")):
                    path = os.path.join(base, name)
                    found[os.path.relpath(path, self.folders[number])] = os.path.getsize(path)
        return found

    def connected(self, number):
        other = self.instances[1 - number].device
        try:
            return self.instances[number].ask("system/connections")["connections"][other]["connected"]
        except OSError:
            return False

    def same(self):
        try:
            return self.tree(0) == self.tree(1)
        except FileNotFoundError:
            return False

    def sync(self):
        """What each has goes to the other, until both have the same."""
        for number in (0, 1):
            wait_for("the two meet", lambda n=number: self.connected(n))
        for instance in self.instances:
            instance.ask(f"db/scan?folder={FOLDER}", post=True)
        wait_for("both have the same", self.same)
