# SPDX-License-Identifier: Apache-2.0
"""Which reader understands whose log: the software's name, as a recording gives it, to a function."""
import exim
import lmtp
import opensmtpd
import postfix

READERS = {"Postfix": postfix.said, "Exim": exim.said, "OpenSMTPD": opensmtpd.said, "aiosmtpd,": lmtp.said}


def said(logs):
    """{client address: what the servers say of it} of {software: lines of its log}."""
    accounts = {}
    for software, lines in logs.items():
        accounts.update(READERS[software.split()[0]]("\n".join(lines)))
    return {address: account.as_dict() for address, account in accounts.items()}
