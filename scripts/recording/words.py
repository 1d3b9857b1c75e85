# SPDX-License-Identifier: Apache-2.0
"""Every name, address and password of the recordings. All of them are made up: the addresses are those that
RFC 5737 and RFC 3849 keep for documentation, the names end in .example, the passwords were never anybody's."""

SOUTH = "south"                                    # the namespace of the servers
NORTH_LINK, SOUTH_LINK = "north0", "south0"        # the two ends of the veth: clients', servers'
NORTH_MAC, SOUTH_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
CLIENT_NET, CLIENT_NET6 = "198.51.100.", "2001:db8:c::"
SERVER_NET, SERVER_NET6 = "192.0.2.", "2001:db8:5::"

POSTFIX, EXIM, OPENSMTPD, LMTP = "192.0.2.25", "192.0.2.26", "192.0.2.27", "192.0.2.28"
NAMES = {POSTFIX: "mx1.example", EXIM: "mx2.example", OPENSMTPD: "mx3.example", LMTP: "store.example"}
DOMAINS = {POSTFIX: "postfix.example", EXIM: "exim.example", OPENSMTPD: "opensmtpd.example", LMTP: "store.example"}

# Local part: password. Users exist at every server, with these passwords.
PASSWORDS = {"ann": "marmalade-kettle-41", "bob": "walrus.on.stilts", "eve": "Tin+Lantern=7/8",
             "fred": "a saucer of fog"}
WRONG_PASSWORDS = ("paper-anchor-9", "glass.hammer", "left handed soup", "snow+in=July", "chalk/umbrella",
                   "the-quiet-trombone", "seven.wet.cats")
MAILBOXES = tuple(PASSWORDS) + tuple(f"reader{n}" for n in range(1, 61))
LISTS = {"staff": ("ann", "bob")}                  # what EXPN may show

SMALL_LIMIT = 20000                                # octets a message may have on port 587
LARGE_LIMIT = 30000000                             # and on the other ports


def server6(address):
    return SERVER_NET6 + address.rsplit(".", 1)[1]


def mailbox(local_part, server):
    return f"{local_part}@{DOMAINS[server]}"


def all_passwords():
    return tuple(PASSWORDS.values()) + WRONG_PASSWORDS
