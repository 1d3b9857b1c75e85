# SPDX-License-Identifier: Apache-2.0
"""The place of the recordings: two network namespaces joined by a veth, a root folder for each server, tcpdump.

Runs inside mount, process, network and UTS namespaces that are ours alone (record_captures makes them): whatever is
mounted, started or named here ends with them. Clients and tcpdump live in this network namespace, servers in one more.
A server's root is an overlay of this machine's with the server's packages unpacked on top, so that three packages that
exclude each other run side by side and none is installed.
"""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import words

# As dpkg does it: `dpkg -x` would put a folder /lib where Debian has a link.
UNPACK = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"'
CHANGES_SIZE = "size=400m"
USERS = {"postfix": (901, "postfix"), "postdrop": (902, "postdrop"), "Debian-exim": (903, "Debian-exim"),
         "opensmtpd": (904, "opensmtpd"), "opensmtpq": (905, "opensmtpq"), "vmail": (906, "vmail")}


def run(*command, **how):
    """Runs a command that must succeed; its output."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, **how)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: status {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout


def start(what, command, started):
    """Starts a server and goes on when it is there. Its own words matter only when it does not come up; they go to a
    file, as a pipe would stay open as long as it runs."""
    with tempfile.TemporaryFile("w+") as said_:
        server = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=said_, stderr=said_)
        try:
            wait_for(what, lambda: started() or server.poll() not in (None, 0))
        finally:
            said_.seek(0)
            said = said_.read()[-1000:]
    if not started():
        raise RuntimeError(f"{what} did not start: {said}")


def at_the_servers(*command):
    return ["ip", "netns", "exec", words.SOUTH, *map(str, command)]


def wait_for(what, true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def set_the_stage():
    """Namespaces, the veth between them, every address of the recordings."""
    run("hostname", "recorder.example")
    run("mount", "-t", "tmpfs", "none", "/run")
    run("ip", "netns", "add", words.SOUTH)
    run("ip", "link", "add", "name", words.NORTH_LINK, "address", words.NORTH_MAC, "type", "veth",
        "peer", "name", words.SOUTH_LINK, "address", words.SOUTH_MAC, "netns", words.SOUTH)
    set_up([], words.NORTH_LINK, words.CLIENT_NET, words.CLIENT_NET6, words.SERVER_NET, words.SERVER_NET6, range(1, 255))
    set_up(at_the_servers(), words.SOUTH_LINK, words.SERVER_NET, words.SERVER_NET6, words.CLIENT_NET, words.CLIENT_NET6,
           [int(address.rsplit(".", 1)[1]) for address in words.NAMES])


def set_up(where, link, net, net6, other, other6, hosts):
    """One end: without offloads, so that frames and checksums are those of a wire."""
    run(*where, "ethtool", "-K", link, "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off")
    lines = ["link set lo up", f"link set {link} up"]
    for host in hosts:
        lines += [f"addr add {net}{host}/24 dev {link}", f"addr add {net6}{host}/64 dev {link} nodad"]
    lines += [f"route add {other}0/24 dev {link}", f"route add {other6}/64 dev {link}"]
    run(*where, "ip", "-batch", "-", input="\n".join(lines) + "\n")


class Root:
    """A root folder with packages unpacked on top of this machine's; nothing of it reaches this machine."""

    def __init__(self, folder, name, packages):
        self.path = pathlib.Path(folder) / name
        changes = pathlib.Path(folder) / (name + ".changes")
        for path in (self.path, changes):
            path.mkdir()
        run("mount", "-t", "tmpfs", "-o", CHANGES_SIZE, "none", changes)
        for part in ("upper", "work"):
            (changes / part).mkdir()
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir=/,upperdir={changes}/upper,workdir={changes}/work", self.path)
        for mount in (("-t", "proc", "proc", "proc"), ("--rbind", "/dev", "dev"), ("-t", "tmpfs", "none", "run"),
                      ("-t", "tmpfs", "none", "tmp")):
            run("mount", *mount[:-1], self.path / mount[-1])
        for package in sorted(pathlib.Path(packages).glob("*.deb")):
            run("sh", "-c", UNPACK, "-", package, self.path)
        self.write_names()

    def write_names(self):
        etc = self.path / "etc"
        passwd = "".join(f"{user}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n"
                         for user, (number, _) in USERS.items())
        group = "".join(f"{name}:x:{number}:\n" for number, name in USERS.values())
        for file, more in (("passwd", passwd), ("group", group)):
            ours = [line for line in (etc / file).read_text().splitlines() if line.split(":")[0] not in USERS]
            (etc / file).write_text("\n".join(ours) + "\n" + more)
        hosts = "".join(f"{address} {name}\n" for address, name in words.NAMES.items())
        for file, text in (("hosts", "127.0.0.1 localhost\n" + hosts), ("resolv.conf", ""), ("hostname", "mx.example\n"),
                           ("localtime", ""), ("mailname", "mx.example\n")):
            (etc / file).unlink(missing_ok=True)
            (etc / file).write_text(text)

    def write(self, path, text, mode=0o644, owner="root", group="root"):
        file = self.path / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        self.run("chown", f"{owner}:{group}", path)

    def read(self, path):
        file = self.path / path.lstrip("/")
        return file.read_text(errors="replace") if file.exists() else ""

    def command(self, *command):
        return ["chroot", str(self.path), "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "LC_ALL=C",
                *map(str, command)]

    def run(self, *command, **how):
        return run(*self.command(*command), **how)

    def certificate(self, name):
        self.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={name}",
                 "-addext", f"subjectAltName=DNS:{name}", "-keyout", "/etc/ssl/mail.key", "-out", "/etc/ssl/mail.pem")


class Tap:
    """tcpdump at the clients' end of the veth, from entry to exit; complains if the kernel dropped a packet."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.dump = subprocess.Popen(
            ["tcpdump", "-i", words.NORTH_LINK, "-Z", "root", "-U", "--immediate-mode", "-n", "-B", "65536", "-s", "0", "-w",
             self.path],
            stderr=subprocess.PIPE, text=True)
        first = self.dump.stderr.readline()
        while "listening on" not in first:
            if not first:
                raise RuntimeError("tcpdump did not start")
            first = self.dump.stderr.readline()
        return self

    def __exit__(self, *_):
        time.sleep(0.5)
        self.dump.send_signal(signal.SIGINT)
        said = self.dump.communicate(timeout=20)[1]
        got, seen, lost = (int(number) for number in re.findall(r"^(\d+) packets", said, re.M))
        if lost or got != seen:
            raise RuntimeError(f"tcpdump: {said.strip()}")
        os.chmod(self.path, 0o644)
