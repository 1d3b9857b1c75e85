# SPDX-License-Identifier: Apache-2.0
"""Postfix as a server and as a client that relays, and what its log says of each client address."""
import re
import subprocess

import words
from account import Account, read_lines
from stage import at_the_servers, start, wait_for

COMMON = """compatibility_level = 3.6
maillog_file = /var/log/postfix.log
maillog_file_prefixes = /var/log
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = /var/lib/postfix
mydestination =
local_recipient_maps =
local_transport = error:nobody lives here
default_transport = discard:
alias_maps =
alias_database =
inet_protocols = all
smtp_dns_support_level = disabled
smtp_host_lookup = native
mynetworks = 127.0.0.0/8
"""
# No trace field is added, so that the size in the log is that of the message as it was sent.
SERVER = """myhostname = {name}
mydomain = example
inet_interfaces = {address}, {address6}
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:/etc/postfix/mailboxes
virtual_transport = discard:
header_checks = regexp:/etc/postfix/header_checks
message_size_limit = {limit}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_banner = $myhostname ESMTP $mail_name
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = /etc/postfix/sasl
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain = {domain}
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/ssl/mail.pem
smtpd_tls_key_file = /etc/ssl/mail.key
smtpd_tls_loglevel = 1
"""
MASTER = """smtp inet n - n - - smtpd
587 inet n - n - - smtpd -o message_size_limit={small}
465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
"""
INNER = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
SASL = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN CRAM-MD5\n"


def prepare(root, main, master):
    root.write("/etc/postfix/main.cf", COMMON + main)
    root.write("/etc/postfix/master.cf", master + INNER)
    for folder in ("/var/spool/postfix", "/var/lib/postfix"):
        root.run("mkdir", "-p", "-m", "755", folder)
    root.run("chown", "postfix:root", "/var/lib/postfix")
    root.run("chgrp", "postdrop", "/usr/sbin/postdrop", "/usr/sbin/postqueue")
    root.run("chmod", "g+s", "/usr/sbin/postdrop", "/usr/sbin/postqueue")


class PostfixServer:
    address = words.POSTFIX

    def __init__(self, root):
        self.root = root
        names = {"name": words.NAMES[self.address], "domain": words.DOMAINS[self.address], "address": self.address,
                 "address6": words.server6(self.address), "limit": words.LARGE_LIMIT}
        root.certificate(names["name"])
        prepare(root, SERVER.format(**names), MASTER.format(small=words.SMALL_LIMIT))
        root.write("/etc/postfix/mailboxes", "".join(f"{words.mailbox(user, self.address)} x\n" for user in words.MAILBOXES))
        root.write("/etc/postfix/header_checks", "/^Received:/ IGNORE\n")
        root.write("/etc/postfix/sasl/smtpd.conf", SASL)
        for user, password in words.PASSWORDS.items():
            root.run("saslpasswd2", "-c", "-p", "-f", "/etc/sasldb2", "-u", words.DOMAINS[self.address], user, input=password)
        root.run("chown", "root:postfix", "/etc/sasldb2")
        root.run("chmod", "640", "/etc/sasldb2")
        version = root.run("postconf", "-d", "-h", "mail_version").strip()
        self.software = f"Postfix {version}"

    def start(self):
        start("Postfix", at_the_servers(*self.root.command("postfix", "start")), lambda: "daemon started" in self.log())

    def log(self):
        return self.root.read("/var/log/postfix.log")

    def idle(self):
        """No session open and nothing left in the queue."""
        log = self.log()
        queued = set(re.findall(r"qmgr\[\d+\]: (\w+): from=<", log))
        return (log.count(": connect from") == log.count(": disconnect from")
                and queued <= set(re.findall(r"qmgr\[\d+\]: (\w+): removed", log)))


CLIENT = """myhostname = relay.example
mydomain = example
inet_interfaces = loopback-only
transport_maps = texthash:/etc/postfix/transport
smtp_destination_recipient_limit = 20
smtp_destination_concurrency_limit = 3
smtp_tls_security_level = none
header_checks = regexp:/etc/postfix/header_checks
"""


class PostfixClient:
    """A relay that hands on what it is given, from an address of ours."""

    def __init__(self, root, transports):
        """transports: {recipients' domain: transport and next hop}."""
        self.root = root
        prepare(root, CLIENT, "")
        root.write("/etc/postfix/header_checks", "/^Received:/ IGNORE\n")
        root.write("/etc/postfix/transport", "".join(f"{domain} {way}\n" for domain, way in transports.items()))

    def start(self, address):
        self.root.run("postconf", "-e", f"smtp_bind_address={address}", f"lmtp_bind_address={address}")
        start("Postfix, the client", self.root.command("postfix", "start"),
              lambda: "daemon started" in self.root.read("/var/log/postfix.log"))

    def stop(self):
        wait_for("the relay's queue", lambda: "queue is empty" in self.root.run("postqueue", "-p"), 60)
        self.root.run("postfix", "stop")
        (self.root.path / "var/log/postfix.log").unlink()

    def hand_over(self, sender, recipients, text):
        subprocess.run(self.root.command("sendmail", "-i", "-f", sender, *recipients), input=text,
                       text=True, check=True, capture_output=True, timeout=30)


WHO = r"unknown\[([0-9a-fA-F.:]+)\]"
RULES = [
    (re.compile(rf": connect from {WHO}"), "connected"),
    (re.compile(rf": (\w+): client={WHO}(?:, sasl_method=([^,\s]+), sasl_username=(\S+))?"), "opened"),
    (re.compile(r"qmgr\[\d+\]: (\w+): from=<([^>]*)>, size=(\d+), nrcpt"), "queued"),
    (re.compile(r": (\w+): to=<([^>]*)>.*? status=sent"), "sent"),
    (re.compile(rf": (?:NOQUEUE|\w+): reject: (\w+) from {WHO}: (\d+)(?: [\d.]+)?(?: <([^>]*)>)?"), "refused"),
    (re.compile(r"warning: (\w+): queue file size limit exceeded"), "too_big"),
    (re.compile(rf"warning: {WHO}: SASL (\S+) authentication (failed|aborted)"), "denied"),
    (re.compile(rf"TLS connection established from {WHO}: (\S+)"), "encrypted"),
    (re.compile(rf": disconnect from {WHO}((?: [\w-]+=\d+(?:/\d+)?)*)"), "disconnected"),
]


def said(log):
    """{client address: Account} of a log."""
    return read_lines(log, RULES, Reader()).accounts()


class Reader:
    def __init__(self):
        self.clients, self.messages = {}, {}

    def of(self, address):
        return self.clients.setdefault(address, Account())

    def connected(self, address):
        self.of(address).sessions += 1

    def opened(self, queue_id, address, mechanism, user):
        self.messages[queue_id] = {"client": address, "to": []}
        if user:
            self.messages[queue_id]["authenticated"] = {"mechanism": mechanism, "user": user}

    def queued(self, queue_id, sender, size):
        if queue_id in self.messages:
            self.messages[queue_id].update({"from": sender, "size": int(size)})

    def sent(self, queue_id, recipient):
        if queue_id in self.messages:
            self.messages[queue_id]["to"].append(recipient)

    def refused(self, verb, address, code, recipient):
        account = self.of(address)
        if verb == "RCPT":
            account.refuse_recipient(recipient)
        account.refusals.append({"verb": verb, "code": int(code)})

    def too_big(self, queue_id):
        self.of(self.messages[queue_id]["client"]).refusals.append({"verb": "DATA", "code": 552})

    def denied(self, address, mechanism, how):
        self.of(address).auth_failures.append({"mechanism": mechanism, "aborted": how == "aborted"})

    def encrypted(self, address, version):
        self.of(address).tls.append(version)

    def disconnected(self, address, verbs):
        """`auth=0/1`: none accepted of one; `quit=1`: all of them."""
        account = self.of(address)
        for verb, accepted, total in re.findall(r"([\w-]+)=(\d+)(?:/(\d+))?", verbs):
            if verb != "commands":
                account.add_verb(verb.upper(), int(accepted), int(total or accepted))

    def accounts(self):
        for message in self.messages.values():
            account = self.of(message.pop("client"))
            if "size" in message:
                who = message.pop("authenticated", None)
                if who:
                    account.authenticated(who["mechanism"], who["user"])
                account.accepted.append(message)
        return self.clients
