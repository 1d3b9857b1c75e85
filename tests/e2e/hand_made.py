# SPDX-License-Identifier: Apache-2.0
"""Capture files made by hand, record by record, for what mailtap-traffic does not make."""
import struct

HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
FILE_HEADER = HEADER.pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
START_S = 1772442000
CLIENT, SERVER = bytes([10, 64, 0, 9]), bytes([10, 1, 0, 10])
LINE_BYTES = 2 << 30
CHUNK = 60000
SEQUENCE_AT = 14 + 20 + 4  # behind Ethernet, IPv4 and the ports


def records_of(content):
    """(offset, seconds, microseconds, captured, length, bytes) of every record of a little-endian file."""
    at, records = HEADER.size, []
    while at < len(content):
        seconds, micros, captured, length = RECORD.unpack_from(content, at)
        records.append((at, seconds, micros, captured, length, content[at + 16:at + 16 + captured]))
        at += 16 + captured
    return records


def block_of(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack(">I", 12 + len(body))
    return struct.pack(">I", kind) + size + body + size


def packet_block_size(record):
    return 32 + len(record[5]) + -len(record[5]) % 4


def pcapng_of(records, stray=0):
    """Big-endian, nanoseconds, with blocks in front that nobody knows, and `stray` frames of an interface that nobody reads."""
    parts = [block_of(0x0A0D0D0A, struct.pack(">IHHq", 0x1A2B3C4D, 1, 0, -1)), block_of(0x0BAD0BAD, bytes(100000)),
             block_of(1, struct.pack(">HHIHHBxxxI", 1, 0, 0, 9, 1, 9, 0)),
             block_of(1, struct.pack(">HHI", 147, 0, 0))]
    parts += [block_of(6, struct.pack(">IIIII", 1, 0, 0, 9, 9) + b"who knows")] * stray
    for _, seconds, micros, captured, length, data in records:
        ticks = (seconds * 1000000 + micros) * 1000
        parts.append(block_of(6, struct.pack(">IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, captured, length) + data))
    return b"".join(parts)


def sum_of_words(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def tcp_frame(source, target, ports, seq, ack, flags, payload=b""):
    """Right IPv4 sum, bare pseudo-header TCP sum as a sender with offload leaves it."""
    size = 20 + len(payload)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + size, 1, 0x4000, 64, 6, 0, source, target)
    ip = ip[:10] + struct.pack(">H", ~sum_of_words(ip) & 0xFFFF) + ip[12:]
    bare = sum_of_words(source + target + struct.pack(">HH", 6, size))
    tcp = struct.pack(">HHIIBBHHH", ports[0], ports[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 64000, bare, 0)
    return b"\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00" + ip + tcp + payload


class Writer:
    def __init__(self, path, file=None):
        self.file, self.packets, self.path = file or open(path, "wb"), 0, path
        self.file.write(FILE_HEADER)

    def add(self, frame):
        micros = self.packets * 20
        self.file.write(RECORD.pack(START_S + micros // 1000000, micros % 1000000, len(frame), len(frame)) + frame)
        self.packets += 1

    def close(self):
        self.file.close()
        return self.packets


def write_long_line(writer):
    """A session whose client says one line of more than LINE_BYTES, and goes on; its numbers wrap in that line."""
    ports, back = (40000, 25), (25, 40000)
    seq, ack = 0xF0000000, 500
    writer.add(tcp_frame(CLIENT, SERVER, ports, seq - 1, 0, 2))
    writer.add(tcp_frame(SERVER, CLIENT, back, ack - 1, seq, 0x12))

    def say(texts):
        nonlocal seq, ack
        for by_client, text in texts:
            way = (CLIENT, SERVER, ports, seq, ack) if by_client else (SERVER, CLIENT, back, ack, seq)
            writer.add(tcp_frame(*way, 0x18, text))
            seq, ack = (seq + len(text), ack) if by_client else (seq, ack + len(text))

    say([(False, b"220 mx.example ESMTP\r\n"), (True, b"EHLO client.example\r\n"), (False, b"250 mx.example\r\n")])
    frame = bytearray(tcp_frame(CLIENT, SERVER, ports, seq, ack, 0x10, b"A" * CHUNK))
    for _ in range(LINE_BYTES // CHUNK + 1):
        struct.pack_into(">I", frame, SEQUENCE_AT, seq & 0xFFFFFFFF)
        writer.add(frame)
        seq += CHUNK
    say([(True, b"\r\n"), (False, b"500 line too long\r\n"), (True, b"QUIT\r\n"), (False, b"221 Bye\r\n")])
