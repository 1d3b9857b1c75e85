# SPDX-License-Identifier: Apache-2.0
"""The plays: who says what to which server. Each makes one capture; the order gives the clients their addresses."""
import words
from clients import stuffed, wire
from words import EXIM, LMTP, OPENSMTPD, PASSWORDS, POSTFIX, WRONG_PASSWORDS


def right(name):
    return PASSWORDS[name]


def auth(scene, server):
    """AUTH PLAIN, LOGIN and CRAM-MD5 in clear, with the right password and a wrong one, cancelled, without a name"""
    for mechanism, name in (("PLAIN", "ann"), ("LOGIN", "bob"), ("CRAM-MD5", "eve")):
        scene.client(server, f"AUTH {mechanism}, right password, a message").swaks(
            ["fred"], auth=(mechanism, name, right(name)), sender=words.mailbox(name, server))
        scene.client(server, f"AUTH {mechanism}, wrong password").swaks(auth=(mechanism, name, WRONG_PASSWORDS[0]))
    client = scene.client(server, "AUTH PLAIN after a prompt, then a message")
    with client.smtplib() as session:
        client.login(session, "PLAIN", "fred", right("fred"), initial=False)
        client.send(session, ["ann", "bob"])
    client = scene.client(server, "AUTH LOGIN twice wrong, then right, a message, on port 587")
    with client.smtplib(587) as session:
        for password in (*WRONG_PASSWORDS[1:3], right("ann")):
            client.login(session, "LOGIN", "ann", password)
        client.send(session, ["bob"])
    client = scene.client(server, "AUTH LOGIN cancelled at the password")
    with client.bare():
        for line in ("AUTH LOGIN", "YW5u", "*", "QUIT"):
            client.ask(line)
    scene.client(server, "AUTH PLAIN by curl, a message").curl(["bob"], auth=("PLAIN", "eve", right("eve")))


def tls(scene, server):
    """STARTTLS and implicit TLS: what happens inside is the server's and the client's alone"""
    scene.client(server, "STARTTLS, AUTH LOGIN, a message").swaks(
        ["ann"], auth=("LOGIN", "bob", right("bob")), tls="starttls")
    client = scene.client(server, "STARTTLS, wrong password, right password, two messages")
    with client.smtplib(587, "starttls") as session:
        client.login(session, "PLAIN", "ann", WRONG_PASSWORDS[3])
        client.login(session, "PLAIN", "ann", right("ann"))
        client.send(session, ["bob"])
        client.send(session, ["eve", "fred"])
    with scene.client(server, "STARTTLS, then QUIT").smtplib(25, "starttls"):
        pass
    scene.client(server, "STARTTLS by curl, a message").curl(["fred"], tls="starttls")
    scene.client(server, "TLS from the first byte, AUTH PLAIN, a message").swaks(
        ["ann"], auth=("PLAIN", "ann", right("ann")), port=465, tls="implicit")
    scene.client(server, "TLS from the first byte, by curl").curl(
        ["eve"], auth=("LOGIN", "eve", right("eve")), port=465, tls="implicit")
    scene.client(server, "a message in clear, though STARTTLS was offered").swaks(["ann"])


def broken_tls(scene):
    """TLS that the server offers and cannot do: OpenSMTPD 6.8 with OpenSSL 3 ends every handshake with an alert"""
    server = OPENSMTPD
    for does, how in (("STARTTLS, and a handshake that fails", {"tls": "starttls"}),
                      ("TLS from the first byte, which fails", {"port": 465, "tls": "implicit"})):
        client = scene.client(server, does)
        client.swaks(["ann"], **how)
        client.nothing_sent()
        client = scene.client(server, does + ", by curl")
        client.curl(["ann"], **how)
        client.nothing_sent()
    scene.client(server, "a message in clear, though STARTTLS was offered").swaks(["ann"])
    scene.client(server, "a message in clear, for three").curl(["bob", "eve", "fred"])


def commands(scene, server):
    """VRFY, EXPN, HELP, RSET, refused recipients, senders and messages, verbs that nobody knows"""
    client = scene.client(server, "VRFY and EXPN")
    with client.smtplib() as session:
        for name in ("ann", "nobody", "bob"):
            session.verify(client.user(name))
        session.expn(client.user("staff"))
    scene.client(server, "VRFY by curl").curl(request=("VRFY", words.mailbox("ann", server)))
    client = scene.client(server, "NOOP, HELP, an unknown verb, RSET in a transaction, then a message")
    with client.smtplib() as session:
        for verb in ("NOOP", "HELP", "FROBNICATE", "MAIL FROM:<gone@client.example>", "RSET"):
            session.docmd(verb)
        client.send(session, ["ann"])
    client = scene.client(server, "some recipients refused, the message taken")
    with client.smtplib() as session:
        client.send(session, ["ann", "nobody", "bob", "no.such.user"])
    client = scene.client(server, "every recipient refused")
    with client.smtplib() as session:
        client.send(session, ["nobody", "no.one"])
    client = scene.client(server, "relaying refused")
    with client.smtplib() as session:
        client.send(session, ["somebody@elsewhere.example"])
    client = scene.client(server, "DATA with no recipient taken")
    with client.bare():
        for line in ("MAIL FROM:<a@client.example>", f"RCPT TO:<nobody@{words.DOMAINS[server]}>", "DATA", "QUIT"):
            client.ask(line)
    client = scene.client(server, "SIZE over the limit, refused at MAIL")
    with client.bare(587):
        client.ask("MAIL FROM:<a@client.example> SIZE=99999999")
        client.ask("QUIT")
    too_long(scene.client(server, "a message over the limit, its size not told"), 587)


def too_long(client, port):
    sender, to, text = client.mail(["ann"], lines=600)
    with client.bare(port):
        client.ask(f"MAIL FROM:<{sender}>")
        client.ask(f"RCPT TO:<{to[0]}>")
        client.ask("DATA")
        client.envelope(sender, to, text)
        client.say(stuffed(text))
        client.hear()
        client.ask("QUIT")


def pipelining(scene):
    """Commands sent in one go: whole envelopes, refused recipients among them, two transactions"""
    for server in (POSTFIX, EXIM):
        client = scene.client(server, "MAIL, three RCPT (one refused) and DATA in one go, twice, QUIT behind the last dot")
        with client.bare():
            for last in (False, True):
                envelope(client, ["ann", "nobody", "bob"], "QUIT\r\n" if last else "")
        client = scene.client(server, "every recipient of a pipelined envelope refused, RSET, then one that is taken")
        with client.bare():
            client.say(f"MAIL FROM:<a@client.example>\r\nRCPT TO:<{client.user('nobody')}>\r\nRSET\r\nNOOP\r\n")
            client.hear(4)
            envelope(client, ["fred"], "QUIT\r\n")
    client = scene.client(OPENSMTPD, "MAIL, RCPT and DATA in one go, to a server that does not offer it")
    with client.bare():
        client.say(f"MAIL FROM:<a@client.example>\r\nRCPT TO:<{client.user('ann')}>\r\nDATA\r\n")
        client.hear(3)


def envelope(client, to, after):
    sender, to, text = client.mail(to)
    client.envelope(sender, to, text)
    client.say(f"MAIL FROM:<{sender}>\r\n" + "".join(f"RCPT TO:<{name}>\r\n" for name in to) + "DATA\r\n")
    client.hear(len(to) + 2)
    client.say(stuffed(text) + after.encode())
    client.hear(2 if after else 1)


def chunking(scene):
    """BDAT: chunks of a socket's choice, a last one of no length, and Exim's own way when it relays"""
    for server in (POSTFIX, EXIM):
        for does, cuts in (("BDAT in three chunks, the envelope in one go", (100, 400)),
                           ("BDAT in two chunks and an empty last one", (200, None)),
                           ("one BDAT chunk", ())):
            client = scene.client(server, does)
            with client.bare():
                chunks(client, cuts)
    relay = scene.exim_client(POSTFIX, "Exim relays to Postfix with BDAT: two envelopes")
    relay.send(["ann", "bob"], lines=400)
    relay.send(["eve"])


def chunks(client, cuts):
    sender, to, text = client.mail(["ann", "bob"], lines=20)
    client.envelope(sender, to, text)
    whole = wire(text)
    edges = [0, *(len(whole) if cut is None else cut for cut in cuts), len(whole)]
    parts = [whole[a:b] for a, b in zip(edges, edges[1:])]
    client.say(f"MAIL FROM:<{sender}>\r\n" + "".join(f"RCPT TO:<{name}>\r\n" for name in to))
    for number, part in enumerate(parts):
        client.say(f"BDAT {len(part)}{' LAST' if number == len(parts) - 1 else ''}\r\n".encode() + part)
    client.say("QUIT\r\n")
    client.hear(len(to) + 2 + len(parts))


def ipv6(scene):
    """The same over IPv6, with all three servers"""
    for server in (POSTFIX, EXIM, OPENSMTPD):
        scene.client6(server, "a message").swaks(["ann", "bob"])
        if server != OPENSMTPD:
            scene.client6(server, "AUTH PLAIN, wrong, right, a message").swaks(["eve"], auth=("PLAIN", "ann", right("ann")))
        client = scene.client6(server, "a refused recipient")
        with client.smtplib() as session:
            client.send(session, ["nobody", "fred"])
        if server != OPENSMTPD:
            scene.client6(server, "STARTTLS, a message").swaks(["bob"], tls="starttls")


def newsletter(scene):
    """A newsletter: Postfix relays three issues to sixty readers each, twenty recipients an envelope"""
    relay = scene.postfix_client(EXIM, "a newsletter to Exim")
    for issue in range(1, 4):
        relay.send([f"reader{n}" for n in range(1, 61)], subject=f"Issue {issue}", sender="news@list.example")
    relay.finish()


def spam(scene):
    """One client sends to whoever there is, under many names"""
    client = scene.client(EXIM, "two messages each to sixty readers, under twelve senders' names")
    with client.smtplib() as session:
        for n in range(120):
            client.send(session, [f"reader{n % 60 + 1}"], sender=f"promo{n % 12}@offers.example", lines=3)


def lmtp(scene):
    """LMTP: Postfix hands a message for three to a store that takes one reply a recipient"""
    relay = scene.lmtp_client(LMTP, "LMTP, two messages")
    relay.send(["ann", "bob", "eve"])
    relay.send(["fred"])
    relay.finish()


def probing(scene):
    """Looking for addresses and for passwords"""
    client = scene.client(EXIM, "forty recipients tried, most of them refused")
    with client.smtplib() as session:
        session.mail("a@probe.example")
        for n in range(40):
            session.rcpt(client.user("ann" if n % 13 == 5 else f"info{n}"))
    client = scene.client(EXIM, "twelve names asked for by VRFY")
    with client.smtplib() as session:
        for name in ("root", "admin", "ann", "bob", "carl", "dora", "eve", "fred", "gus", "hans", "ida", "jo"):
            session.verify(client.user(name))
    client = scene.client(POSTFIX, "seven passwords of one account tried, then the right one, then mail")
    for password in (*WRONG_PASSWORDS, right("bob")):
        with client.smtplib() as session:
            if client.login(session, "LOGIN", "bob", password):
                client.send(session, ["ann"], sender=client.user("bob"))


def large(scene):
    """A message of 20 MB"""
    scene.client(POSTFIX, "a message of 20 MB").curl(["ann"], lines=300000, width=60)


def for_server(play, server):
    def bound(scene):
        play(scene, server)
    bound.__doc__ = play.__doc__
    return bound


SCENARIOS = {
    "postfix-auth": for_server(auth, POSTFIX), "postfix-tls": for_server(tls, POSTFIX),
    "postfix-commands": for_server(commands, POSTFIX),
    "exim-auth": for_server(auth, EXIM), "exim-tls": for_server(tls, EXIM), "exim-commands": for_server(commands, EXIM),
    "opensmtpd-tls": broken_tls, "opensmtpd-commands": for_server(commands, OPENSMTPD),
    "pipelining": pipelining, "chunking": chunking, "ipv6": ipv6, "newsletter": newsletter, "spam": spam, "lmtp": lmtp,
    "probing": probing, "large-message": large,
}
