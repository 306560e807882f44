# SPDX-License-Identifier: GPL-3.0-or-later
"""What crosses an interface, kept as a capture file; without a program that would have to be installed."""

import socket
import struct
import threading
import time

ETH_P_ALL = 3
MICROSECOND_PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)  # Ethernet


class FrameTap:
    """Between start and stop, of one interface of a Space."""

    def __init__(self, space, interface):
        self.frames = []
        self.ended = threading.Event()
        self.socket = space.call(lambda: self.listening(interface))
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()

    @staticmethod
    def listening(interface):
        one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        one.bind((interface, ETH_P_ALL))
        one.settimeout(0.1)
        return one

    def take(self):
        while True:
            try:
                frame, (_, _, kind, *_) = self.socket.recvfrom(65535)
            except TimeoutError:
                if self.ended.is_set():
                    return
                continue
            self.frames.append((time.time(), frame, kind == socket.PACKET_OUTGOING))

    def stop(self):
        self.ended.set()
        self.thread.join()
        self.socket.close()

    def write(self, path, silence=0.0, keep=lambda at, frame, outgoing: True):
        """Of a tap that was stopped, those frames that are to be kept. 'silence': the capture ends so
        many seconds after its last packet, with a frame of no protocol: the sockets are closed, so that
        nothing would come that anybody asked for."""
        kept = [(at, frame) for at, frame, outgoing in self.frames if keep(at, frame, outgoing)]
        if silence and kept:
            nothing = bytes(12) + b"\x88\xb5" + bytes(46)  # IEEE 802: for local experiments
            kept.append((kept[-1][0] + silence, nothing))
        with open(path, "wb") as file:
            file.write(MICROSECOND_PCAP)
            for at, frame in kept:
                seconds, part = divmod(int(at * 1e6), 1_000_000)
                file.write(struct.pack("<IIII", seconds, part, len(frame), len(frame)) + frame)
