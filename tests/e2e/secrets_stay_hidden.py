#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Says a canary in every place of AUTH where a secret can stand, and searches every output for it.

usage: secrets_stay_hidden.py --mailtap BIN --traffic BIN

Each case is a session of its own: exchanges that are well-formed, malformed, out of order, and servers that repeat in
their replies what the client said. It is replayed with user names shown and hidden, with the report as text and as
JSON. The secret stands in no output, neither as it is nor in base64; nor does the user's name where names are hidden.
Where names are shown it stands there if the case says so: what is never told cannot leak, and proves nothing. Prints a
line a case and at last 'N passed, N failed'. Status 0 when all passed, 1 otherwise, 2 on bad use.
"""
import argparse
import base64
import os
import shutil
import subprocess
import sys
import tempfile

import hand_made
import truth

SECRET = "qx7-c4nary.tr4ffic"  # no base64, and lower-case like a name: nothing but its place tells it from one
USER = "us3r.c4nary@corp9.example"
DIGEST = "0123456789abcdef0123456789abcdef"
PUBLIC_KEY = base64.b64encode(bytes([9]) + bytes(31)).decode()
HELLO = ["S 220 mx.example ESMTP", "C EHLO client.example", "S 250-mx.example\r\n250 AUTH PLAIN LOGIN CRAM-MD5"]
BYE = ["C QUIT", "S 221 bye"]
MAIL = ["C MAIL FROM:<a@client.example>", "S 250 ok", "C RCPT TO:<b@mx.example>", "S 250 ok", "C DATA", "S 354 go",
        "C Subject: x\r\n\r\nbody\r\n.", "S 250 2.0.0 queued"]


def b64(text):
    return base64.b64encode(text.encode()).decode()


def login(first, second, prompts=("VXNlcm5hbWU6", "UGFzc3dvcmQ6"), verdict="535 5.7.8 no"):
    return ["C AUTH LOGIN", f"S 334 {prompts[0]}", f"C {first}", f"S 334 {prompts[1]}", f"C {second}", f"S {verdict}"]


def plain(user=USER, authzid="", verdict="535 5.7.8 no"):
    return ["C AUTH PLAIN " + b64(f"{authzid}\0{user}\0{SECRET}"), f"S {verdict}"]


def cram(answer):
    return ["C AUTH CRAM-MD5", "S 334 PDE+", "C " + answer, "S 535 5.7.8 no"]


ECHO = f"535 5.7.8 {SECRET} ({b64(SECRET)}) is wrong for {USER}"
# Name: what is said between hello and bye, and whether the user's name is told where names are shown.
CASES = {
    "login": (login(b64(USER), b64(SECRET)), True),
    "login raw twice": (login(SECRET, SECRET), False),
    "login raw name": (login(SECRET, b64(SECRET)), False),
    "login raw password": (login(b64(USER), SECRET), False),
    "login password first, raw": (login(SECRET, USER), False),
    "login asked for the password first": (login(b64(SECRET), b64(USER), ("UGFzc3dvcmQ6", "VXNlcm5hbWU6")), False),
    "login asked for the password first, in clear": (login(SECRET, USER, ("Password:", "Username:")), False),
    "login with unknown prompts, raw": (login(SECRET, SECRET, ("a", "b")), False),
    "login in clear, given up": (["C AUTH LOGIN", "S 334 Username:", f"C {SECRET}", "S 501 no"], False),
    "login empty name": (login("", b64(SECRET)), False),
    "login empty name twice": (login("", b64(SECRET), ("VXNlcm5hbWU6", "VXNlcm5hbWU6")), False),
    "login equals": (["C AUTH LOGIN =", "S 334 VXNlcm5hbWU6", "C " + b64(SECRET), "S 334 UGFzc3dvcmQ6",
                      "C " + b64(SECRET), "S 535 no"], False),
    "login raw initial": ([f"C AUTH LOGIN {SECRET}", f"S 501 5.5.2 {SECRET}?"], False),
    "login initial as plain": (["C AUTH LOGIN " + b64(f"{SECRET}\0{USER}"), "S 535 no"], False),
    "login damaged": (login(b64(SECRET)[:-1] + "!", b64(SECRET)[:-1] + "!"), False),
    "plain": (plain(), True),
    "plain with authzid": (plain(authzid=USER, verdict="235 2.7.0 welcome " + USER) + MAIL, True),
    "plain without NUL": (["C AUTH PLAIN " + b64(SECRET), "S 535 5.7.8 no"], False),
    "plain one NUL": (["C AUTH PLAIN " + b64(f"{SECRET}\0{USER}"), "S 535 5.7.8 no"], False),
    "plain empty password": (["C AUTH PLAIN " + b64(f"\0{SECRET}\0"), "S 535 5.7.8 no"], False),
    "plain raw": ([f"C AUTH PLAIN {SECRET}", f"S 501 {SECRET}"], False),
    "plain damaged": (["C AUTH PLAIN " + b64(SECRET + "\0" * 3) + "!" + b64("\0a\0b"), "S 501 no"], False),
    "cram": (cram(b64(f"{USER} {DIGEST}")), True),
    "cram with a password": (cram(b64(f"{SECRET} {SECRET}")), False),
    "cram with a short digest": (cram(b64(f"{SECRET} 0123456789abcdef")), False),
    "cram raw": (cram(f"{SECRET} {DIGEST}"), False),
    "bearer": (["C AUTH XOAUTH2 " + b64(f"user={USER}\x01auth=Bearer {SECRET}\x01\x01"), "S 334 " + b64(SECRET), "C ",
                f"S 535 5.7.8 {SECRET}"], True),
    "bearer raw": ([f"C AUTH XOAUTH2 user={SECRET} auth=Bearer {SECRET}", f"S 501 {SECRET}"], False),
    "mechanism": ([f"C AUTH {b64(SECRET)}", f"S 504 {SECRET}?"], False),
    "repeated by the server": (plain(verdict=ECHO), True),
    "repeated in success": (plain(verdict=f"235 2.7.0 {SECRET} is right for {USER}") + MAIL, True),
    "repeated later": (plain(verdict=ECHO) + [f"C {SECRET}", f"S 500 what is {SECRET}?", "C MAIL FROM:<a@b>",
                                              f"S 530 5.7.0 not after {SECRET} of {USER}", "C MAIL FROM:<a@b>", "S 250 ok",
                                              "C RCPT TO:<b@c>", f"S 421 4.7.0 {SECRET}, bye {USER}"], True),
    "verdict in the wrong place": (["C MAIL FROM:<a@b>", "S 250 ok", "C RCPT TO:<b@c>", f"S 535 5.7.8 {SECRET}"], False),
    "mail of the user": (plain(verdict="235 ok") + [f"C MAIL FROM:<a@b> AUTH={USER}", "S 250 ok"] +
                         ["C RCPT TO:<b@c>", f"S 250 ok {USER}"], True),
    "tried again and again": (plain() * 7 + login(b64(USER), b64(SECRET)) * 7, True),
}


class Session:
    """One TCP connection, every turn a segment of its own."""

    def __init__(self, writer, port):
        self.writer, self.port, self.seq = writer, port, {"C": 1000, "S": 5000}
        self.send("C", 2)
        self.send("S", 18)
        self.send("C", 16)

    def send(self, who, flags, payload=b""):
        client = who == "C"
        ends = (hand_made.CLIENT, hand_made.SERVER) if client else (hand_made.SERVER, hand_made.CLIENT)
        ports = (self.port, 25) if client else (25, self.port)
        ack = self.seq["S" if client else "C"] if flags & 16 else 0
        self.writer.add(hand_made.tcp_frame(*ends, ports, self.seq[who], ack, flags, payload))
        self.seq[who] += len(payload) + (flags & 3 != 0)

    def say(self, turns):
        for turn in turns:
            self.send(turn[0], 24, turn[2:].encode() + b"\r\n")
        self.send("C", 17)
        self.send("S", 17)
        self.send("C", 16)


def forms(word):
    found = [word.encode()]
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + word.encode()).decode().rstrip("=")
        first, last = (shift * 8 + 5) // 6, (shift + len(word)) * 8 // 6
        found.append(text[first:last].encode())
    return found


def outputs(args, capture, settings, report):
    """Everything that a replay writes, by name."""
    out = tempfile.mkdtemp(prefix="mailtap-e2e-")
    command = [args.mailtap, "replay", capture, "--out", out, "--format", report]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, timeout=truth.TIMEOUT_S, stdin=subprocess.DEVNULL)
    blobs = {"stdout": done.stdout, "stderr": done.stderr}
    for name in os.listdir(out):
        with open(os.path.join(out, name), "rb") as file:
            blobs[name] = file.read()
    shutil.rmtree(out, ignore_errors=True)
    if done.returncode != 0 or b'"smtp_session"' not in blobs.get("eve.json", b""):
        raise OSError(f"status {done.returncode}, no session told: {done.stderr.decode(errors='replace')[:200]}")
    return blobs


def search(blobs, word, what):
    return [f"{what} stands in {name}" for name, blob in blobs.items() if any(form in blob for form in forms(word))]


def run_case(args, folder, name):
    turns, user_told = CASES[name]
    writer = hand_made.Writer(os.path.join(folder, "case.pcap"))
    Session(writer, 40000).say(HELLO + turns + BYE)
    writer.close()
    faults = []
    for report in ("text", "json"):
        shown = outputs(args, writer.path, [f'privacy.seal_public_key="{PUBLIC_KEY}"'], report)
        faults += search(shown, SECRET, "the secret")
        if (USER.encode() in shown["eve.json"]) != user_told:
            faults.append(f"the user's name is {'not ' if user_told else ''}told where names are shown")
        hidden = outputs(args, writer.path, ['privacy.usernames="hash"'], report)
        faults += search(hidden, SECRET, "the secret, names hidden,") + search(hidden, USER, "the hidden name")
        if user_told and b"user-" not in hidden["eve.json"]:
            faults.append("no word stands for the hidden name")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailtap", required=True)
    parser.add_argument("--traffic", help="not used")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="mailtap-e2e-")
    try:
        return truth.run_cases(CASES, lambda name: run_case(args, folder, name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
