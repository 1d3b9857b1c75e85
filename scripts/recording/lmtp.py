# SPDX-License-Identifier: Apache-2.0
"""The mail store (store.py), and what its log says of each client address."""
import json
import pathlib
import sys

import words
from account import Account
from stage import at_the_servers, run, start

PORT = 24


class LmtpStore:
    address = words.LMTP
    software = "aiosmtpd, LMTP"

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "store.log"
        self.path.write_text("")

    def start(self):
        script = pathlib.Path(__file__).with_name("store.py")
        start("the store", at_the_servers(sys.executable, script, self.address, PORT, words.NAMES[self.address], self.path),
              lambda: f"{self.address}:{PORT}" in run(*at_the_servers("ss", "-Hltn")))

    def log(self):
        return self.path.read_text()

    def idle(self):
        log = self.log()
        return log.count('"connected"') == log.count('"disconnected"')


def said(log):
    """{client address: Account} of a log."""
    clients = {}
    for line in map(json.loads, log.splitlines()):
        account = clients.setdefault(line["client"], Account())
        if line["event"] == "connected":
            account.sessions += 1
        elif line["event"] == "refused":
            account.refuse_recipient(line["to"])
        elif line["event"] == "message":
            account.accepted.append({key: line[key] for key in ("from", "to", "size")})
    return clients
