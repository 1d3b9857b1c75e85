#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replays the recorded captures and holds mailtap to what the mail servers themselves wrote into their logs.

usage: servers_word.py --mailtap BIN [--captures DIR] [unittest's words]

A test for each capture that has a JSON beside it (scripts/record_captures wrote both). It is replayed with 1, 2 and 4
workers, and for each client address: sessions, TLS sessions, commands by verb (Postfix counts them), messages
delivered with sender, recipients and size, recipients refused, messages refused, AUTH by mechanism, user and result
equal what the server logged and what the client really sent. Nothing of what is said inside TLS is told. eve.json does
not depend on the number of workers, and no output holds a password. For each figure a test plants a fault in the JSON
and sees it caught.
"""
import argparse
import collections
import json
import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/recording"))
sys.dont_write_bytecode = True

import logs  # noqa: E402
import words  # noqa: E402
from told import Client, Run  # noqa: E402

WORKERS = (1, 2, 4)
POSTFIX_KNOWS = {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "AUTH", "STARTTLS", "ETRN"}


def server_of(entry):
    """The server's IPv4 address, by which words.py knows it."""
    return words.SERVER_NET + entry["server"].rsplit(":" if ":" in entry["server"] else ".", 1)[1]


class Comparison:
    """One client: what its server logged and it sent, against what mailtap told."""

    def __init__(self, entry, told):
        self.entry, self.word, self.told, self.faults = entry, entry["server_says"], told, []
        self.equal("sessions", len(told.sessions), self.word["sessions"])
        self.encryption()
        if entry["tls"] == "none":
            self.verbs()
            self.messages()
            self.authentication()
        else:
            self.silence()

    def equal(self, what, told, true):
        if told != true:
            self.faults.append(f"{what}: mailtap {told}, the server {true}")

    def encryption(self):
        """A server that fails in the middle of a handshake logs no TLS session, and the tap sees one begin."""
        gone = [session for session in self.told.sessions if session["starttls"]["established"]]
        dark = [session for session in self.told.sessions if session["port"] == 465 and not session["commands"]]
        if server_of(self.entry) == words.OPENSMTPD:
            self.equal("TLS sessions in the log", 0, len(self.word["tls"]))
        else:
            self.equal("TLS sessions", len(gone) + len(dark), len(self.word["tls"]))
        accepted = sum(session["starttls"]["accepted"] for session in self.told.sessions)
        self.equal("STARTTLS accepted", accepted, self.word["sessions"] if self.entry["tls"] == "starttls" else 0)

    def verbs(self):
        true = {verb: total for verb, (_, total) in self.word["verbs"].items()}
        if true:
            told = collections.Counter()
            for verb, count in self.told.verbs.items():
                told[verb if verb in POSTFIX_KNOWS else "UNKNOWN"] += count
            self.equal("commands", dict(sorted(told.items())), dict(sorted(true.items())))
            refused = {verb: total - good for verb, (good, total) in self.word["verbs"].items()}
            self.equal("RCPT refused", len(self.told.refused_recipients), refused.get("RCPT", 0))
            self.equal("AUTH refused", sum(result != "success" for *_, result in self.told.auth), refused.get("AUTH", 0))

    def messages(self):
        told, true = sorted(self.told.delivered), [
            (message["from"], tuple(sorted(message["to"])), message["size"]) for message in self.word["accepted"]]
        self.equal("messages", [self.in_its_octets(message) for message in told], sorted(map(self.without_size, true)))
        sent = {message["octets"] for message in self.entry["messages"]}
        self.equal("messages of a size that nobody sent", [message for message in told if message[2] not in sent], [])
        self.equal("messages of the sessions", self.total("messages"), len(true))
        refused = sorted(self.word["refused_recipients"])
        self.equal("recipients refused in the sessions", self.total("recipients_rejected"), len(refused))
        self.equal("recipients refused", sorted(self.told.refused_recipients), refused)
        for refusal in self.word["refusals"]:
            if refusal["verb"] in ("MAIL", "DATA"):
                true = any(reply.startswith(str(refusal["code"])) for reply in self.told.rejected)
                self.equal(f"{refusal['verb']} refused with {refusal['code']}", "so" if true else self.told.rejected, "so")

    def total(self, what):
        return sum(session[what] for session in self.told.sessions)

    def in_its_octets(self, message):
        """Exim counts an octet for the end of a line; what OpenSMTPD counts has its own trace fields in it."""
        lines = {message["octets"]: message["lines"] for message in self.entry["messages"]}
        sender, to, size = message
        return self.without_size((sender, to, size - lines.get(size, 0) if server_of(self.entry) == words.EXIM else size))

    def without_size(self, message):
        return message[:2] if server_of(self.entry) == words.OPENSMTPD else message

    def authentication(self):
        sent = [(one["mechanism"], one["user"], "success" if one["good"] else "failure") for one in self.entry["auth"]]
        whole = [one for one in self.told.auth if one[2] != "aborted"]
        self.equal("AUTH as it was sent", sorted(whole), sorted(sent))
        told = collections.Counter(result for *_, result in self.told.auth)
        self.equal("AUTH of the sessions", [sum(session["auth"][what] for session in self.told.sessions)
                                            for what in ("attempts", "successes")], [len(self.told.auth), told["success"]])
        who = {one[:2] for one in self.told.auth if one[2] == "success"}
        true = {(one["mechanism"], one["user"]) for one in self.word["auth_successes"]}
        self.equal("AUTH succeeded", sorted(who), sorted(true))
        failures = collections.Counter("aborted" if one["aborted"] else "failure" for one in self.word["auth_failures"])
        self.equal("AUTH failed", {key: told[key] for key in ("failure", "aborted") if told[key]}, dict(failures))
        named = {one["user"] for one in self.word["auth_failures"] if one.get("user")}
        self.equal("AUTH failed, for whom", sorted(named - {one[1] for one in self.told.auth}), [])

    def silence(self):
        """What was said inside TLS is the two parties' alone."""
        self.equal("messages seen inside TLS", self.told.delivered, [])
        self.equal("AUTH seen inside TLS", self.told.auth, [])
        before = {"EHLO", "STARTTLS"} if self.entry["tls"] == "starttls" else set()
        self.equal("commands outside TLS", set(self.told.verbs), before)


def compare(word, run):
    faults = list(run.faults)
    for address, entry in word["clients"].items():
        comparison = Comparison(entry, run.clients.get(address, Client()))
        faults += [f"{address}, {entry['does']}: {fault}" for fault in comparison.faults]
    strangers = set(run.clients) - set(word["clients"])
    return faults + ([f"clients that nobody sent: {sorted(strangers)}"] if strangers else [])


class ServersWord(unittest.TestCase):
    maxDiff = None
    mailtap = captures = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mailtap-golden-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.key = os.path.join(folder.name, "hash.key")
        with open(os.open(self.key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(bytes(range(32)))

    def word(self, name):
        return json.loads((self.captures / f"{name}.json").read_text())

    def replay(self, name, workers):
        path = self.captures / f"{name}.pcap"
        path = path if path.exists() else path.with_suffix(".pcap.gz")
        return Run(self.mailtap, path, workers, self.key, self.folder, words.all_passwords())

    def holds(self, name):
        first = None
        for workers in WORKERS:
            run = self.replay(name, workers)
            first = first or run
            self.agree(compare(self.word(name), run), f"{name}, {workers} workers")
            self.assertTrue(run.told == first.told, f"{name}: eve.json of {workers} workers differs from that of one")

    def is_logged(self, name):
        word = self.word(name)
        logged = logs.said(word["logs"])
        self.assertEqual(set(logged), set(word["clients"]))
        for address, entry in word["clients"].items():
            self.assertEqual(logged[address], entry["server_says"], f"{name}, {address}")

    def agree(self, faults, what):
        if faults:
            self.fail("\n".join([what, *(fault[:600] for fault in faults)]))

    def is_caught(self, name, find, spoil, why):
        """A fault planted in the word of the first client that has what is spoilt turns the test red."""
        run, spoilt = self.replay(name, 1), self.word(name)
        self.agree(compare(spoilt, run), name)
        entry = next(copy for copy in spoilt["clients"].values() if find(copy))
        spoil(entry)
        faults = compare(spoilt, run)
        self.assertTrue(any(why in fault for fault in faults), f"{faults} do not name '{why}'")


class PlantedFaults(ServersWord):
    def test_catches_a_session_too_many(self):
        self.is_caught("postfix-auth", says("sessions"), lambda e: add(e["server_says"], "sessions"), "sessions")

    def test_catches_a_verb_too_many(self):
        self.is_caught("postfix-commands", says("verbs"), lambda e: e["server_says"]["verbs"].update(NOOP=[7, 7]),
                       "commands")

    def test_catches_a_message_that_was_not_taken(self):
        self.is_caught("exim-commands", says("accepted"), lambda e: e["server_says"]["accepted"].pop(), "messages")

    def test_catches_a_size_that_is_off_by_one(self):
        self.is_caught("chunking", says("accepted"), lambda e: add(e["server_says"]["accepted"][0], "size"), "messages")

    def test_catches_another_recipient(self):
        self.is_caught("newsletter", says("accepted"), lambda e: e["server_says"]["accepted"][0]["to"].append("x@y.example"),
                       "messages")

    def test_catches_a_recipient_that_was_not_refused(self):
        self.is_caught("opensmtpd-commands", says("refused_recipients"),
                       lambda e: e["server_says"]["refused_recipients"].pop(), "recipients refused")

    def test_catches_a_refusal_with_another_code(self):
        self.is_caught("postfix-commands", lambda e: any(r["verb"] == "MAIL" for r in e["server_says"]["refusals"]),
                       lambda e: e["server_says"]["refusals"][0].update(code=599), "MAIL refused with 599")

    def test_catches_another_user(self):
        self.is_caught("exim-auth", says("auth_successes"),
                       lambda e: e["server_says"]["auth_successes"][0].update(user="x@y.example"), "AUTH succeeded")

    def test_catches_another_mechanism(self):
        self.is_caught("postfix-auth", says("auth_successes"),
                       lambda e: e["server_says"]["auth_successes"][0].update(mechanism="NTLM"), "AUTH succeeded")

    def test_catches_a_failure_that_was_none(self):
        self.is_caught("exim-auth", says("auth_failures"), lambda e: e["server_says"]["auth_failures"].pop(), "AUTH failed")

    def test_catches_a_TLS_session_too_few(self):
        self.is_caught("postfix-tls", says("tls"), lambda e: e["server_says"]["tls"].pop(), "TLS sessions")

    def test_catches_words_inside_TLS(self):
        self.is_caught("postfix-tls", lambda e: not says("tls")(e), lambda e: e.update(tls="starttls"), "inside TLS")

    def test_catches_a_password_in_an_output(self):
        run = Run(self.mailtap, self.captures / "exim-auth.pcap", 1, self.key, self.folder, ["ann@exim.example"])
        self.assertTrue(any("holds a password" in fault for fault in run.faults), "a word that is there was not found")


def says(what):
    return lambda entry: bool(entry["server_says"][what])


def add(where, key):
    where[key] += 1


def tests_of(captures):
    """Two tests a capture, named as what they hold."""
    names, tests = sorted(path.stem for path in captures.glob("*.json")), {}
    for name in names:
        test = "test_" + name.replace("-", "_")
        tests[test + "_is_told_as_the_servers_tell_it"] = lambda self, name=name: self.holds(name)
        tests[test + "_has_the_word_that_is_in_the_logs"] = lambda self, name=name: self.is_logged(name)
    return type("Captures", (ServersWord,), tests), names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailtap", required=True)
    parser.add_argument("--captures", type=pathlib.Path, default=ROOT / "captures")
    asked, rest = parser.parse_known_args()
    ServersWord.mailtap, ServersWord.captures = asked.mailtap, asked.captures
    kind, names = tests_of(asked.captures)
    if not names:
        sys.exit(f"no capture with a server's word in {asked.captures}")
    globals()["Captures"] = kind
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
