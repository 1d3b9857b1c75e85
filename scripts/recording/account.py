# SPDX-License-Identifier: Apache-2.0
"""What a server's log says of one client address, in the same words for every server."""
from dataclasses import asdict, dataclass, field


@dataclass
class Account:
    sessions: int = 0
    verbs: dict = field(default_factory=dict)               # {VERB: [accepted, all]}; only Postfix counts them
    accepted: list = field(default_factory=list)            # {from, to, size}: messages the server took
    refused_recipients: list = field(default_factory=list)
    refusals: list = field(default_factory=list)            # {verb, code}: every refusal that the log names
    auth_successes: list = field(default_factory=list)      # {mechanism, user}
    auth_failures: list = field(default_factory=list)       # {mechanism, aborted} and user where the log names it
    tls: list = field(default_factory=list)                 # the version of each TLS session

    def add_verb(self, verb, accepted, total):
        before = self.verbs.get(verb, (0, 0))
        self.verbs[verb] = [before[0] + accepted, before[1] + total]

    def refuse_recipient(self, recipient):
        if recipient is not None:
            self.refused_recipients.append(recipient)

    def authenticated(self, mechanism, user):
        self.auth_successes.append({"mechanism": mechanism.upper(), "user": user})

    def as_dict(self):
        said = asdict(self)
        said["accepted"].sort(key=lambda message: (message["from"], message["size"], message["to"]))
        return said


def read_lines(log, rules, reader):
    """The reader, after each line's words went to its method of each rule (pattern, name) that finds them."""
    for line in log.splitlines():
        for pattern, what in rules:
            found = pattern.search(line)
            if found:
                getattr(reader, what)(*found.groups())
    return reader
