# SPDX-License-Identifier: Apache-2.0
"""What mailtap tells of each client address of a capture, and whether a secret stands in anything it wrote."""
import base64
import collections
import json
import pathlib
import shutil
import subprocess

TIMEOUT_S = 120


class Client:
    def __init__(self):
        self.sessions, self.verbs, self.auth = [], collections.Counter(), []
        self.delivered, self.refused_recipients, self.rejected = [], [], []


class Run:
    """One replay: `told`, every line but those of `stats`; `clients`, {address: Client}; `faults`."""

    def __init__(self, mailtap, capture, workers, key, folder, secrets):
        self.faults, self.clients = [], collections.defaultdict(Client)
        out = pathlib.Path(folder) / f"out-{workers}"
        done = subprocess.run([mailtap, "replay", capture, "--out", out, "--workers", str(workers), "--format", "json",
                               "--set", f'privacy.key_file="{key}"'], capture_output=True, timeout=TIMEOUT_S, check=False)
        if done.returncode != 0 or done.stderr:
            self.faults.append(f"status {done.returncode}, {done.stderr.decode(errors='replace')[:300]}")
        self.whole(done.stdout)
        self.search(done.stdout + done.stderr, out, secrets)
        lines = (out / "eve.json").read_bytes().splitlines() if (out / "eve.json").exists() else []
        events = [json.loads(line) for line in lines]
        self.told = [line for line, event in zip(lines, events) if event["event_type"] != "stats"]
        readers = {"smtp_session": self.smtp_session, "smtp_auth": self.smtp_auth, "smtp": self.smtp}
        for event in events:
            readers.get(event["event_type"], lambda _: None)(event)
        shutil.rmtree(out, ignore_errors=True)

    def whole(self, report):
        """These captures have no gap: whatever mailtap misses, it lost."""
        try:
            missing = json.loads(report)["missing"]
        except (ValueError, KeyError):
            missing = {"a report": 1}
        self.faults += [f"missing: {what} {count}" for what, count in missing.items() if count]

    def search(self, text, out, secrets):
        outputs = {"the report": text, **{path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}}
        for name, content in outputs.items():
            if any(form in content for secret in secrets for form in forms(secret)):
                self.faults.append(f"{name} holds a password")

    def smtp_session(self, event):
        client, session = self.clients[event["src_ip"]], event["smtp_session"]
        client.sessions.append({"port": event["dest_port"], **session})
        for verb, count in session["commands"].items():
            client.verbs[verb] += count

    def smtp_auth(self, event):
        told = event["smtp_auth"]
        self.clients[event["src_ip"]].auth.append((told["mechanism"], told.get("username"), told["result"]))

    def smtp(self, event):
        client, told = self.clients[event["src_ip"]], event["smtp"]
        refused = [bare(name) for name in told.get("rcpt_rejected", [])]
        client.refused_recipients += refused
        if told.get("status") == "delivered":
            to = list((collections.Counter(map(bare, told["rcpt_to"])) - collections.Counter(refused)).elements())
            client.delivered.append((bare(told["mail_from"]), tuple(sorted(to)), told["size"]))
        elif told.get("status") == "rejected":
            client.rejected.append(told["last_reply"])


def bare(path):
    return path.strip("<>")


def forms(secret):
    """As it is, and what base64 makes of it wherever it begins."""
    yield secret.encode()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + secret.encode()).decode()
        yield text[(shift * 8 + 5) // 6:(shift + len(secret)) * 8 // 6].encode()
