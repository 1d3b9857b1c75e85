# SPDX-License-Identifier: Apache-2.0
"""Those who send mail: swaks, curl, Python's smtplib, and a socket that says byte for byte what it is told.

Every client has an address of its own, so that a line of a server's log, a flow of the capture and what was sent
belong together without a doubt. Each remembers in `sent` what it really sent; a password is never part of that.
"""
import base64
import contextlib
import email.utils
import hashlib
import hmac
import smtplib
import socket
import ssl
import subprocess

import words


def message(number, subject, to, lines=8, width=60):
    """A text with everything in its header that a server would add otherwise."""
    body = "".join(f"{line % 50:4} " + ("all of this is made up " * 40)[:width] + "\n" for line in range(lines))
    return (f"Message-ID: <{number}@client.example>\nDate: {email.utils.formatdate()}\nFrom: <sender@client.example>\n"
            f"To: <{to}>\nSubject: {subject}\n\n{body}.a line that begins with a dot\n")


def wire(text):
    """As it travels, before dots are stuffed."""
    return text.replace("\n", "\r\n").encode()


def stuffed(text):
    return wire(text).replace(b"\r\n.", b"\r\n..") + b".\r\n"


class Client:
    def __init__(self, address, server, does, folder):
        self.address, self.server, self.folder, self.said = address, server, folder, ""
        self.sent = {"does": does, "server": server, "tool": "", "port": 25, "tls": "none", "auth": [], "messages": []}

    def envelope(self, sender, to, text):
        self.sent["messages"].append({"from": sender, "to": list(to), "octets": len(wire(text)), "lines": text.count("\n")})

    def mail(self, to, subject="Recorded", sender=None, **size):
        """(sender, recipients, text) of a message; `to` are local parts at the server, or whole addresses."""
        to = [name if "@" in name else words.mailbox(name, self.home()) for name in to]
        number = f"{self.address.replace(':', '-')}.{len(self.sent['messages']) + 1}"
        return sender or "sender@client.example", to, message(number, subject, to[0], **size)

    def nothing_sent(self):
        """What the tool was handed did not get as far as the server."""
        self.sent.update({"auth": [], "messages": []})

    def home(self):
        """The server's IPv4 address, by which it is known."""
        return words.SERVER_NET + self.server.rsplit(":", 1)[1] if ":" in self.server else self.server

    def user(self, name):
        return words.mailbox(name, self.home())

    def tries(self, mechanism, user, good):
        self.sent["auth"].append({"mechanism": mechanism, "user": user, "good": good})

    def file(self, text):
        path = self.folder / "message"
        path.write_bytes(wire(text))
        return path

    def at(self, tool, port=25, tls="none"):
        self.sent.update({"tool": tool, "port": port, "tls": tls})

    # --- swaks --------------------------------------------------------------------------------------------------
    def swaks(self, to=(), auth=None, port=25, tls="none", **mail):
        """auth: (mechanism, user's name, password)."""
        self.at("swaks", port, tls)
        command = ["swaks", "--server", self.server, "--port", port, "--local-interface", self.address, "--helo",
                   "client.example", "--timeout", 20]
        command += ["-6"] if ":" in self.server else []
        command += {"none": [], "starttls": ["-tls"], "implicit": ["-tlsc"]}[tls]
        if auth:
            mechanism, name, password = auth
            self.tries(mechanism, self.user(name), password == words.PASSWORDS.get(name))
            command += ["--auth", mechanism, "--auth-user", self.user(name), "--auth-password", password]
        if to:
            sender, to, text = self.mail(to, **mail)
            command += ["--from", sender, "--to", ",".join(to), "--data", "@" + str(self.file(text.rstrip("\n")))]
            if not auth or password == words.PASSWORDS.get(name):
                self.envelope(sender, to, text)
        else:
            command += ["--quit-after", "AUTH" if auth else "HELO", "--to", "nobody@client.example"]
        self.run(command)

    def run(self, command):
        """A tool's status says how the server answered: refusals are part of the plan."""
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
        self.said = done.stdout + done.stderr

    # --- curl ---------------------------------------------------------------------------------------------------
    def curl(self, to=(), auth=None, port=25, tls="none", request=None, **mail):
        self.at("curl", port, tls)
        host = f"[{self.server}]" if ":" in self.server else self.server
        command = ["curl", "--silent", "--interface", self.address, "--insecure", "--max-time", 60, "--url",
                   f"{'smtps' if tls == 'implicit' else 'smtp'}://{host}:{port}/client.example"]
        command += ["--ssl-reqd"] if tls == "starttls" else []
        if auth:
            mechanism, name, password = auth
            self.tries(mechanism, self.user(name), password == words.PASSWORDS.get(name))
            command += ["--user", f"{self.user(name)}:{password}", "--login-options", f"AUTH={mechanism}"]
        if request:
            verb, argument = request
            command += ["--request", verb, "--mail-rcpt", argument]
        else:
            sender, to, text = self.mail(to, **mail)
            self.envelope(sender, to, text)
            command += ["--mail-from", sender, "--upload-file", self.file(text)]
            for recipient in to:
                command += ["--mail-rcpt", recipient]
        self.run(command)

    # --- smtplib ------------------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def smtplib(self, port=25, tls="none"):
        """A session that has said EHLO; ends with QUIT."""
        self.at("smtplib", port, tls)
        trust = ssl._create_unverified_context()  # pylint: disable=protected-access
        how = {"local_hostname": "client.example", "timeout": 20, "source_address": (self.address, 0)}
        if tls == "implicit":
            session = smtplib.SMTP_SSL(self.server, port, context=trust, **how)
        else:
            session = smtplib.SMTP(self.server, port, **how)
        session.ehlo()
        if tls == "starttls":
            session.starttls(context=trust)
            session.ehlo()
        yield session
        with contextlib.suppress(smtplib.SMTPException):
            session.quit()

    def login(self, session, mechanism, name, password, initial=True):
        """False where the server refuses."""
        self.tries(mechanism, self.user(name), password == words.PASSWORDS.get(name))
        session.user, session.password = self.user(name), password
        how = {"PLAIN": session.auth_plain, "LOGIN": session.auth_login, "CRAM-MD5": session.auth_cram_md5}[mechanism]
        with contextlib.suppress(smtplib.SMTPAuthenticationError):
            session.auth(mechanism, how, initial_response_ok=initial)
            return True
        return False

    def send(self, session, to, sender=None, **mail):
        sender, to, text = self.mail(to, sender=sender, **mail)
        self.envelope(sender, to, text)
        with contextlib.suppress(smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            session.sendmail(sender, to, text)

    # --- a bare socket ------------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def bare(self, port=25, ehlo=True):
        self.at("socket", port)
        with socket.create_connection((self.server, port), 20, (self.address, 0)) as link:
            self.link, self.heard = link, b""
            self.hear()
            if ehlo:
                self.say("EHLO client.example\r\n")
                self.hear()
            yield self

    def say(self, text):
        self.link.sendall(text if isinstance(text, bytes) else text.encode())

    def hear(self, replies=1):
        """The last of so many replies, each of one line or more."""
        line = b""
        while replies:
            while b"\n" not in self.heard:
                more = self.link.recv(65536)
                if not more:
                    return line.decode()
                self.heard += more
            line, self.heard = self.heard.split(b"\n", 1)
            replies -= line[3:4] != b"-"
        return line.decode()

    def ask(self, text):
        self.say(text + "\r\n")
        return self.hear()


def cram(user, password, challenge):
    digest = hmac.new(password.encode(), base64.b64decode(challenge), hashlib.md5).hexdigest()
    return base64.b64encode(f"{user} {digest}".encode()).decode()
