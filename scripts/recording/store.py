#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail store that speaks LMTP (RFC 2033): aiosmtpd with one reply a recipient behind the end of data.
usage: store.py ADDRESS PORT NAME LOG; LOG gets a JSON line for each connection and message."""
import json
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

UNKNOWN = "nobody"


class Store:
    def __init__(self, log):
        self.log = open(log, "a", encoding="utf-8", buffering=1)

    def write(self, what, session, **more):
        self.log.write(json.dumps({"event": what, "client": session.peer[0], **more}) + "\n")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith(UNKNOWN):
            self.write("refused", session, to=address)
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        self.write("message", session, **{"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                          "size": len(envelope.original_content)})
        return "\r\n".join(f"250 2.1.5 <{name}> stored" for name in envelope.rcpt_tos)


class Listener(Controller):
    def factory(self):
        store = self.handler

        class Session(LMTP):
            def connection_made(self, transport):
                super().connection_made(transport)
                store.write("connected", self.session)

            def connection_lost(self, error):
                store.write("disconnected", self.session)
                super().connection_lost(error)

        return Session(self.handler, hostname=name, ident="store", enable_SMTPUTF8=False)


address, port, name, log = sys.argv[1:]
Listener(Store(log), hostname=address, port=int(port)).start()
while True:
    time.sleep(3600)
