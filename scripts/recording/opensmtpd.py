# SPDX-License-Identifier: Apache-2.0
"""OpenSMTPD as a server, and what its log says of each client address."""
import re

import words
from account import Account, read_lines
from stage import at_the_servers, run, start

CONFIG = """pki {name} cert "/etc/ssl/mail.pem"
pki {name} key "/etc/ssl/mail.key"
table creds file:/etc/smtpd/creds
table boxes file:/etc/smtpd/boxes
smtp max-message-size {small}
queue ttl 1h
listen on {address} port 25 tls pki {name} hostname {name} auth-optional <creds>
listen on {address} port 587 tls pki {name} hostname {name} auth-optional <creds>
listen on {address} port 465 smtps pki {name} hostname {name} auth-optional <creds>
listen on {address6} port 25 tls pki {name} hostname {name}
action "drop" mda "/bin/cat >/dev/null" virtual <boxes>
match from any for domain "{domain}" action "drop"
"""


class OpenSmtpdServer:
    address = words.OPENSMTPD

    def __init__(self, root):
        self.root = root
        name, domain = words.NAMES[self.address], words.DOMAINS[self.address]
        root.certificate(name)
        root.run("chmod", "600", "/etc/ssl/mail.key")
        root.write("/etc/smtpd/smtpd.conf", CONFIG.format(
            name=name, domain=domain, address=self.address, address6=words.server6(self.address), small=words.SMALL_LIMIT))
        root.write("/etc/smtpd/boxes", "".join(f"{words.mailbox(user, self.address)} vmail\n" for user in words.MAILBOXES))
        creds = "".join(f"{words.mailbox(user, self.address)} {hashed(root, password)}\n"
                        for user, password in words.PASSWORDS.items())
        root.write("/etc/smtpd/creds", creds, 0o640, "root", "opensmtpd")
        for folder in ("/var/lib/opensmtpd/empty", "/var/spool/smtpd", "/var/empty", "/run/opensmtpd"):
            root.run("install", "-d", "-m", "711", folder)
        self.software = re.search(r"OpenSMTPD \S+", root.run("sh", "-c", "smtpd -h 2>&1; true"))[0]

    def start(self):
        start("OpenSMTPD", at_the_servers(*self.root.command(
            "sh", "-c", "exec smtpd -d -f /etc/smtpd/smtpd.conf >/var/log/smtpd.log 2>&1")),
              lambda: f"{self.address}:465" in run(*at_the_servers("ss", "-Hltn")))

    def log(self):
        return self.root.read("/var/log/smtpd.log")

    def idle(self):
        log = self.log()
        return (log.count("smtp connected") == log.count("smtp disconnected")
                and log.count("smtp envelope") == log.count("mda delivery"))


def hashed(root, password):
    return root.run("openssl", "passwd", "-6", "-stdin", input=password).strip()


SESSION = r"^(?:\S+ )*?([0-9a-f]{16}) smtp "
RULES = [
    (re.compile(SESSION + r"connected address=(\S+)"), "connected"),
    (re.compile(SESSION + r"message msgid=(\w+) size=(\d+) nrcpt=(\d+)"), "message"),
    (re.compile(SESSION + r"envelope evpid=(\w{8})\w* from=<([^>]*)> to=<([^>]*)>"), "envelope"),
    (re.compile(SESSION + r"failed-command command=\"(.*)\" result=\"(\d+)"), "failed"),
    (re.compile(SESSION + r"authentication user=(\S+) (?:address=\S+ host=\S+ )?result=(\w+)"), "authentication"),
    (re.compile(SESSION + r"tls (?:address=\S+ host=\S+ )?ciphers=([^:\s]+)"), "encrypted"),
]


def said(log):
    """{client address: Account} of a log."""
    return read_lines(log, RULES, Reader()).clients


class Reader:
    def __init__(self):
        self.clients, self.addresses, self.envelopes = {}, {}, {}

    def of(self, session):
        return self.clients.setdefault(self.addresses[session], Account())

    def connected(self, session, address):
        self.addresses[session] = address.removeprefix("[").removesuffix("]").removeprefix("IPv6:")
        self.of(session).sessions += 1

    def envelope(self, session, message, sender, recipient):
        told = self.envelopes.setdefault(message, {"to": []})
        told["from"] = sender
        told["to"].append(recipient)

    def message(self, session, message, size, _):
        told = self.envelopes.setdefault(message, {"to": []})
        told["size"] = int(size)
        self.of(session).accepted.append(told)

    def failed(self, session, command, code):
        verb = command.split(" ")[0].upper()
        recipient = re.match(r"(?i)RCPT TO: ?<([^>]*)>", command)
        if recipient:
            self.of(session).refuse_recipient(recipient[1])
        self.of(session).refusals.append({"verb": verb, "code": int(code)})

    def authentication(self, session, user, result):
        account = self.of(session)
        if result == "ok":
            account.authenticated("?", user)
        else:
            account.auth_failures.append({"mechanism": "?", "aborted": False, "user": user})

    def encrypted(self, session, version):
        self.of(session).tls.append(version)
