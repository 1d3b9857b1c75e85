# SPDX-License-Identifier: Apache-2.0
"""Exim as a server and as a client that relays, and what its log says of each client address."""
import re
import subprocess

import words
from account import Account, read_lines
from stage import at_the_servers, start

COMMON = """primary_hostname = {name}
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
spool_directory = /var/spool/exim
log_file_path = /var/log/exim/%slog
log_selector = +smtp_connection +smtp_no_mail +received_recipients +smtp_protocol_error +incoming_interface
host_lookup =
rfc1413_query_timeout = 0s
received_header_text =
timezone = UTC
keep_environment =
"""
# No trace field is added, so that the size in the log is that of the message as it was sent.
SERVER = """local_interfaces = <; {address} ; {address6}
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = /etc/ssl/mail.pem
tls_privatekey = /etc/ssl/mail.key
chunking_advertise_hosts = *
auth_advertise_hosts = *
smtp_enforce_sync = true
smtp_accept_max_nonmail = 100
smtp_accept_queue_per_connection = 0
message_size_limit = ${{if eq{{$received_port}}{{587}}{{{small}}}{{{limit}}}}}
domainlist local_domains = {domain}
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
acl_smtp_vrfy = accept
acl_smtp_expn = accept
begin acl
check_rcpt:
  accept authenticated = *
  deny message = relay not permitted
       !domains = +local_domains
  deny message = no such user here
       !verify = recipient
  accept
begin routers
lists:
  driver = redirect
  domains = +local_domains
  data = ${{lookup{{$local_part}}lsearch{{/etc/exim4/lists}}}}
  qualify_preserve_domain
boxes:
  driver = accept
  domains = +local_domains
  local_parts = lsearch;/etc/exim4/boxes
  transport = drop
away:
  driver = accept
  domains = ! +local_domains
  transport = drop
begin transports
drop:
  driver = appendfile
  file = /dev/null
  user = mail
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{/etc/exim4/passwords}}{{$value}}{{*:fail}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{/etc/exim4/passwords}}{{$value}}{{*:fail}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{lookup{{$auth1}}lsearch{{/etc/exim4/passwords}}{{$value}}fail}}
  server_set_id = $auth1
"""
CLIENT = """message_size_limit = 40M
begin routers
all:
  driver = manualroute
  route_list = * {next_hop} byname
  transport = wire
  self = send
begin transports
wire:
  driver = smtp
  interface = ${{lookup{{interface}}lsearch{{/etc/exim4/client}}}}
  hosts_avoid_tls = *
  helo_data = relay2.example
"""
MECHANISMS = {"plain": "PLAIN", "login": "LOGIN", "cram": "CRAM-MD5"}


def prepare(root, text):
    root.write("/etc/exim4/exim4.conf", text)
    for folder in ("/var/spool/exim", "/var/log/exim"):
        root.run("install", "-d", "-o", "Debian-exim", "-g", "Debian-exim", folder)


class EximServer:
    address = words.EXIM

    def __init__(self, root):
        self.root = root
        name, domain = words.NAMES[self.address], words.DOMAINS[self.address]
        root.certificate(name)
        root.run("chown", "Debian-exim", "/etc/ssl/mail.key")
        prepare(root, COMMON.format(name=name) + SERVER.format(
            address=self.address, address6=words.server6(self.address), domain=domain,
            small=words.SMALL_LIMIT, limit=words.LARGE_LIMIT))
        root.write("/etc/exim4/boxes", "".join(f"{user}:\n" for user in words.MAILBOXES))
        root.write("/etc/exim4/lists", "".join(f"{name}: {', '.join(to)}\n" for name, to in words.LISTS.items()))
        root.write("/etc/exim4/passwords", "".join(
            f"{words.mailbox(user, self.address)}: {password}\n" for user, password in words.PASSWORDS.items()),
                   0o640, "Debian-exim", "Debian-exim")
        self.software = "Exim " + re.search(r"Exim version (\S+)", root.run("exim4", "-bV"))[1]

    def start(self):
        start("Exim", at_the_servers(*self.root.command("exim4", "-bdf")), lambda: "exim 4" in self.log())

    def log(self):
        return self.root.read("/var/log/exim/mainlog")

    def idle(self):
        log = self.log()
        return log.count(" Completed") == len(re.findall(r" <= \S+ H=", log)) and (
            log.count("(TCP/IP connection count") == len(CLOSED.findall(log)))


class EximClient:
    def __init__(self, root, next_hop):
        self.root = root
        prepare(root, COMMON.format(name="relay2.example") + CLIENT.format(next_hop=next_hop))

    def start(self, address):
        self.root.write("/etc/exim4/client", f"interface: {address}\n")

    def stop(self):
        pass

    def hand_over(self, sender, recipients, text):
        """Delivers before it returns."""
        subprocess.run(self.root.command("exim4", "-odf", "-i", "-f", sender, *recipients), input=text,
                       text=True, check=True, capture_output=True, timeout=60)


HOST = r"H=(?:\S+ )?(?:\([^)]*\) )?\[([0-9a-fA-F.:]+)\](?::\d+)?"
CLOSED = re.compile(r"SMTP connection from [^\n]*?(?:closed|lost|terminated)")
RULES = [
    (re.compile(r"SMTP connection from \[([0-9a-fA-F.:]+)\](?::\d+)?(?: I=\S+)? \(TCP/IP connection count"), "connected"),
    (re.compile(r" (\S+) <= (\S+) " + HOST + r"(.*?) S=(\d+)(.*)"), "arrived"),
    (re.compile(HOST + r".*? rejected RCPT <([^>]*)>"), "refused_recipient"),
    (re.compile(r"rejected (MAIL) FROM:<[^>]*> " + HOST + r"(?: I=\S+)?: message too big"), "too_big"),
    (re.compile(r"rejected (from) <[^>]*> " + HOST + r"(?: I=\S+)?: message too big"), "too_big"),
    (re.compile(r"(\w+) authenticator failed for .*?\[([0-9a-fA-F.:]+)\](?: I=\S+)?: (535|501) .*?(?:\(set_id=(\S+)\))?$"),
     "denied"),
    (re.compile(r"no MAIL in SMTP connection from .*?\[([0-9a-fA-F.:]+)\](.*)"), "no_mail"),
]


def said(log):
    """{client address: Account} of a log."""
    return read_lines(log, RULES, Reader()).clients


class Reader:
    def __init__(self):
        self.clients, self.told = {}, set()  # told: whose open session has told its TLS

    def of(self, address):
        return self.clients.setdefault(address, Account())

    def connected(self, address):
        self.told.discard(address)
        self.of(address).sessions += 1

    def arrived(self, _, sender, address, before, size, after):
        account = self.of(address)
        to = re.search(r" for (.*)$", after)
        account.accepted.append({"from": "" if sender == "<>" else sender, "to": to[1].split() if to else [],
                                 "size": int(size)})
        self.how(address, before + after)

    def no_mail(self, address, how):
        self.how(address, how)

    def how(self, address, text):
        """`A=plain:ann`: who authenticated how; `X=`: the TLS session, named with each message of it."""
        account = self.of(address)
        who = re.search(r" A=(\w+):(\S+)", text)
        if who:
            account.authenticated(MECHANISMS[who[1]], who[2])
        tls = re.search(r" X=([^:\s]+)", text)
        if tls and address not in self.told:
            self.told.add(address)
            account.tls.append(tls[1])

    def refused_recipient(self, address, recipient):
        self.of(address).refuse_recipient(recipient)
        self.of(address).refusals.append({"verb": "RCPT", "code": 550})

    def too_big(self, verb, address):
        self.of(address).refusals.append({"verb": "DATA" if verb == "from" else verb, "code": 552})

    def denied(self, name, address, code, user):
        self.of(address).auth_failures.append({"mechanism": MECHANISMS[name], "aborted": code == "501", "user": user})
