#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The inner half of record_captures: plays every scenario and writes NAME.pcap and NAME.json of each.
usage: play.py PACKAGES FOLDER OUT SCENARIO... (inside namespaces of our own; never by hand)"""
import json
import pathlib
import sys

import words
from clients import Client
from exim import EximClient, EximServer
from lmtp import PORT as LMTP_PORT
from lmtp import LmtpStore
from logs import said as logs_say
from opensmtpd import OpenSmtpdServer
from postfix import PostfixClient, PostfixServer
from scenarios import SCENARIOS
from stage import Root, Tap, set_the_stage, wait_for

CLIENTS_EACH = 15  # addresses a scenario may use


class Relay(Client):
    """A client that is a mail server itself: what it is handed, it sends on as it sees fit."""

    def __init__(self, program, tool, port, *rest):
        super().__init__(*rest)
        self.program = program
        self.at(tool, port)
        self.sent["relay"] = True
        program.start(self.address)

    def send(self, to, **mail):  # pylint: disable=arguments-differ
        sender, to, text = self.mail(to, **mail)
        self.envelope(sender, to, text)
        self.program.hand_over(sender, to, text)

    def finish(self):
        self.program.stop()


class Scene:
    def __init__(self, number, theatre):
        self.next, self.theatre, self.clients = 2 + CLIENTS_EACH * number, theatre, []
        self.last = self.next + CLIENTS_EACH

    def enter(self, make, net, *rest):
        assert self.next < self.last, "more clients in a scenario than it has addresses"
        client = make(*rest[:-2], net + str(self.next), *rest[-2:], self.theatre.folder)
        self.next += 1
        self.clients.append(client)
        return client

    def client(self, server, does):
        return self.enter(Client, words.CLIENT_NET, server, does)

    def client6(self, server, does):
        return self.enter(Client, words.CLIENT_NET6, words.server6(server), does)

    def exim_client(self, server, does):
        return self.enter(Relay, words.CLIENT_NET, self.theatre.exim_client, "exim", 25, server, does)

    def postfix_client(self, server, does):
        return self.enter(Relay, words.CLIENT_NET, self.theatre.postfix_client, "postfix", 25, server, does)

    def lmtp_client(self, server, does):
        return self.enter(Relay, words.CLIENT_NET, self.theatre.postfix_client, "postfix", LMTP_PORT, server, does)


class Theatre:
    def __init__(self, packages, folder):
        self.folder = pathlib.Path(folder)
        root = lambda name, package: Root(folder, name, pathlib.Path(packages) / package)
        self.servers = [PostfixServer(root("postfix", "postfix")), EximServer(root("exim", "exim4-daemon-heavy")),
                        OpenSmtpdServer(root("opensmtpd", "opensmtpd")), LmtpStore(folder)]
        self.postfix_client = PostfixClient(root("postfix-client", "postfix"), {
            words.DOMAINS[words.EXIM]: f"smtp:[{words.EXIM}]",
            words.DOMAINS[words.LMTP]: f"lmtp:inet:{words.LMTP}:{LMTP_PORT}"})
        self.exim_client = EximClient(root("exim-client", "exim4-daemon-heavy"), words.POSTFIX)

    def start(self):
        for server in self.servers:
            server.start()

    def play(self, number, name, capture):
        """The scene's clients, and {software: lines of its log}."""
        before = [len(server.log()) for server in self.servers]
        scene = Scene(number, self)
        with Tap(capture):
            SCENARIOS[name](scene)
            self.wait_until_idle()
        self.wait_until_idle()  # what a server writes down late, it has written by now
        after = {server.software: server.log()[length:].splitlines() for server, length in zip(self.servers, before)}
        return scene.clients, {software: lines for software, lines in after.items() if lines}


    def show_logs(self):
        for server in self.servers:
            print(f"{server.software}, its log's end:\n{server.log()[-1500:]}", file=sys.stderr)

    def wait_until_idle(self):
        for server in self.servers:
            wait_for(f"{server.software} to finish", server.idle, 15)


def laid_out(value, depth):
    """JSON with a line for each thing down to some depth, and the rest of it in that line."""
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = [f"{json.dumps(key)}: {laid_out(item, depth - 1)}" for key, item in value.items()] if isinstance(value, dict) \
        else [laid_out(item, depth - 1) for item in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    indent = "\n" + " " * (6 - depth)
    return first + indent + ("," + indent).join(inner) + indent[:-1] + last


def write_word(path, name, clients, logs):
    said = logs_say(logs)
    absent = [client for client in clients if client.address not in said]
    if absent:
        raise RuntimeError(f"{name}: {absent[0].address} never reached its server; its tool said: {absent[0].said[-1000:]}")
    told = {client.address: {**client.sent, "server_says": said[client.address]} for client in clients}
    strangers = set(said) - set(told)
    if strangers:
        raise RuntimeError(f"{name}: the servers' logs name {sorted(strangers)}, who are no clients")
    text = laid_out({"capture": f"{name}.pcap", "about": SCENARIOS[name].__doc__, "clients": told, "logs": logs}, 5)
    for password in words.all_passwords():
        if password in text:
            raise RuntimeError(f"{name}: a server's log has a password")
    path.write_text(text + "\n")


def main():
    packages, folder, out, *names = sys.argv[1:]
    set_the_stage()
    theatre = Theatre(packages, folder)
    theatre.start()
    for name in names:
        capture = pathlib.Path(out) / f"{name}.pcap"
        try:
            clients, logs = theatre.play(list(SCENARIOS).index(name), name, capture)
        except Exception:
            theatre.show_logs()
            raise
        write_word(capture.with_suffix(".json"), name, clients, logs)
        print(f"{name}: {len(clients)} clients, {capture.stat().st_size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
