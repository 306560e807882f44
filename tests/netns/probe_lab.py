# SPDX-License-Identifier: GPL-3.0-or-later
"""A small internet for the tests of 'probe': client, gateway, provider and servers, each in a network
namespace without a name, so that nothing of it stays behind, whatever ends the test. The service's
addresses exist inside it only; no packet leaves it.

    client --- gateway --- provider --- server
"""

import ctypes
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

RESOLVERS = {4: ["208.67.222.222", "208.67.220.220"], 6: ["2620:119:35::35", "2620:119:53::53"]}
GATE = {4: "18.135.112.200", 6: "2a05:d01c:1::200"}  # the fake web gateway
GATEWAY = {4: "10.20.0.1", 6: "fd00:20::1"}    # towards the client
PROVIDER = {4: "10.30.0.2", 6: "fd00:30::2"}   # towards the gateway
GATE_NAME = "gw.sse.test"


def must(condition, text):
    if not condition:
        raise AssertionError(text)


def setns(fd):
    must(LIBC.setns(fd, CLONE_NEWNET) == 0, "setns")


class Space:
    """A network namespace; it lives as long as its file descriptor does."""

    def __init__(self):
        made = []

        def make():
            must(LIBC.unshare(CLONE_NEWNET) == 0, "unshare: needs root")
            made.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        must(made, "no namespace")
        self.fd = made[0]
        self.ip("link set dev lo up")

    def run(self, words, text=None, check=True):
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False,
                              preexec_fn=lambda: setns(self.fd))
        if check:
            must(done.returncode == 0, f"{' '.join(words)}: {done.stderr}")
        return done

    def spawn(self, words):
        """A program inside that goes on; whoever starts it ends it."""
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                preexec_fn=lambda: setns(self.fd))

    def ip(self, *lines):
        """Commands of ip(8); one that begins with -6 is for that family."""
        for option in ("-4", "-6"):
            chosen = [line.removeprefix("-6 ") for line in lines
                      if line.startswith("-6 ") == (option == "-6")]
            if chosen:
                self.run(["ip", option, "-batch", "-"], "\n".join(chosen) + "\n")

    def sysctl(self, name, value):
        self.run(["sh", "-c", f"echo {value} > /proc/sys/{name}"])

    def start(self, target, *arguments):
        """A thread inside; returns once it says that it is ready."""
        ready = threading.Event()

        def inside():
            setns(self.fd)
            target(ready, *arguments)

        threading.Thread(target=inside, daemon=True).start()
        must(ready.wait(10), "a server does not start")

    def call(self, function):
        """What the function returns, called inside."""
        result = []

        def inside():
            setns(self.fd)
            result.append(function())

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        must(result, "a call inside a namespace failed")
        return result[0]

    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    def nft(self, rules, *expected):
        """Loads rules, and asserts that they are there: a fault that is not in place proves nothing."""
        self.run(["nft", "-f", "-"], rules)
        listed = self.run(["nft", "list", "ruleset"]).stdout
        for words in expected:
            must(words in listed, f"'{words}' is not among the rules:\n{listed}")

    def packets(self, words):
        """How many packets the rule with these words and a counter has seen."""
        seen = 0
        for line in self.run(["nft", "list", "ruleset"]).stdout.splitlines():
            if words in line and "counter packets" in line:
                seen += int(line.split("counter packets ")[1].split()[0])
        return seen


def join(one, one_name, one_addresses, other, other_name, other_addresses):
    one.ip(f"link add {one_name} type veth peer name {other_name} netns {other.path()}")
    for space, name, addresses in ((one, one_name, one_addresses),
                                   (other, other_name, other_addresses)):
        space.sysctl(f"net/ipv6/conf/{name}/accept_dad", 0)
        space.ip(*(f"-6 address add {one} dev {name} nodad" if ":" in one else
                   f"address add {one} dev {name}" for one in addresses),
                 f"link set dev {name} up")


class Lab:
    def __init__(self, folder):
        self.folder = folder
        self.client, self.gateway, self.provider, self.server = (Space() for _ in range(4))
        join(self.client, "up0", ["10.20.0.5/24", "fd00:20::5/64"],
             self.gateway, "lan0", ["10.20.0.1/24", "fd00:20::1/64"])
        join(self.gateway, "wan0", ["10.30.0.1/24", "fd00:30::1/64"],
             self.provider, "lan0", ["10.30.0.2/24", "fd00:30::2/64"])
        join(self.provider, "wan0", ["10.40.0.1/24", "fd00:40::1/64"],
             self.server, "up0", ["10.40.0.2/24", "fd00:40::2/64"])
        self.client.ip("route add default via 10.20.0.1", "-6 route add default via fd00:20::1")
        self.gateway.ip("route add default via 10.30.0.2", "-6 route add default via fd00:30::2")
        self.provider.ip("route add default via 10.40.0.2", "-6 route add default via fd00:40::2",
                         "route add 10.20.0.0/24 via 10.30.0.1",
                         "-6 route add fd00:20::/64 via fd00:30::1")
        self.server.ip("route add default via 10.40.0.1", "-6 route add default via fd00:40::1")
        for space in (self.gateway, self.provider):
            space.sysctl("net/ipv4/ip_forward", 1)
            space.sysctl("net/ipv6/conf/all/forwarding", 1)
            space.sysctl("net/ipv4/icmp_ratelimit", 0)
            space.sysctl("net/ipv6/icmp/ratelimit", 0)
        self.server.sysctl("net/ipv4/icmp_ratelimit", 0)
        self.server.sysctl("net/ipv6/icmp/ratelimit", 0)
        self.server.ip(*(f"address add {one}/32 dev lo" for one in RESOLVERS[4] + [GATE[4]]),
                       *(f"-6 address add {one}/128 dev lo nodad" for one in RESOLVERS[6] + [GATE[6]]))

    def reachable(self, family):
        """The way is fine before anything is done to it: the server's own refusal comes back."""
        def refused():
            for _ in range(50):
                one = socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET)
                one.settimeout(1)
                try:
                    one.connect((RESOLVERS[family][0], 9))
                except ConnectionRefusedError:
                    return True
                except OSError:
                    time.sleep(0.05)
                finally:
                    one.close()
            return False
        must(self.client.call(refused), "the client does not reach the server")


# ---- the keys and certificates of the fakes

def openssl(*words, text=None):
    done = subprocess.run(["openssl", *words], input=text, capture_output=True, check=False)
    must(done.returncode == 0, f"openssl {' '.join(words)}: {done.stderr.decode()}")
    return done.stdout


class Keys:
    """A provider key for DNSCrypt, an authority with a certificate of the gateway, and another one."""

    def __init__(self, folder):
        self.folder = folder
        self.provider = f"{folder}/provider.pem"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.provider)
        self.public = openssl("pkey", "-in", self.provider, "-pubout", "-outform", "DER")[-32:].hex()
        self.other = f"{folder}/other.pem"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.other)
        self.service = self.authority("service", "Example Service CA", GATE_NAME)
        self.box = self.authority("box", "Inspection Box CA", GATE_NAME)
        self.elsewhere = self.leaf("service", "elsewhere", "other.sse.test")

    def authority(self, name, title, host):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", f"{self.folder}/{name}-ca.key", "-out", f"{self.folder}/{name}-ca.pem",
                "-days", "30", "-subj", f"/O=Test/CN={title}")
        return self.leaf(name, name, host)

    def leaf(self, authority, name, host):
        base = f"{self.folder}/{name}"
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                f"{base}.key", "-out", f"{base}.csr", "-subj", f"/CN={host}",
                "-addext", f"subjectAltName=DNS:{host}")
        openssl("x509", "-req", "-in", f"{base}.csr", "-CA", f"{self.folder}/{authority}-ca.pem",
                "-CAkey", f"{self.folder}/{authority}-ca.key", "-CAcreateserial", "-days", "20",
                "-copy_extensions", "copy", "-out", f"{base}.pem")
        return base

    def certificate(self, key, start, end, serial=7):
        """A DNSCrypt certificate that is signed with that key."""
        signed = bytes(range(32)) + b"12345678" + struct.pack(">III", serial, start, end)
        with tempfile.NamedTemporaryFile() as file:  # pkeyutl wants to know its size
            file.write(signed)
            file.flush()
            signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file.name)
        return b"DNSC" + struct.pack(">HH", 1, 0) + signature + signed


CERTIFICATE_OF_2019 = bytes.fromhex(
    "444e534300010000c8e2453a489ccb2586da7f5da8ef1b750b24bf08efb0468511aba1db9a8e69a40aef1166a864"
    "53d266c5c2a9ab77f939bd319b3c82da402f9b1776992364180488b4e44b35e964b490bddabae825a24b0415a08b"
    "e19d7ddb87a33cd77edf8e2f7163373861576f6f5dddb8605dddb8605fbeebe0")
PUBLISHED_KEY = "b7351140206f225d3e2bd822d7fd691ea1c33cc8d6668d0cbe04bfabca43fb79"


# ---- DNS

def encode_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def read_question(query):
    parts, at = [], 12
    while query[at]:
        parts.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(parts).lower(), struct.unpack(">H", query[at + 1:at + 3])[0], query[12:at + 5]


def record(name, kind, data):
    return encode_name(name) + struct.pack(">HHIH", kind, 1, 30, len(data)) + data


def txt(strings):
    return b"".join(bytes([len(one)]) + one for one in strings)


class Resolver:
    """Answers as a resolver of the service does, or not."""

    def __init__(self, certificate=None, server=b"server m84.lon", code=0, names=None):
        self.certificate, self.server, self.code, self.names = certificate, server, code, names or {}

    def records(self, name, kind, peer):
        if kind == 16 and name == "debug.opendns.com":
            source = f"source {peer[0]}:{peer[1]}".encode()
            lines = [self.server, b"orgid 424242", source] if self.server else [b"hello from elsewhere"]
            return [record(name, 16, txt(lines))]
        if kind == 16 and name == "2.dnscrypt-cert.opendns.com" and self.certificate:
            return [record(name, 16, txt([self.certificate]))]
        if kind in (1, 28) and name in self.names:
            alias = "lb." + name
            records = [record(name, 5, encode_name(alias))]
            for address in self.names[name]:
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                if (family == socket.AF_INET6) == (kind == 28):
                    records.append(record(alias, kind, socket.inet_pton(family, address)))
            return records
        return []

    def answer(self, query, peer):
        name, kind, question = read_question(query)
        records = [] if self.code else self.records(name, kind, peer)
        flags = 0x8180 | self.code
        return query[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + question + b"".join(records)


def bound(kind, address, port):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind((address, port))
    return one


def serve_udp(ready, resolver, address, port):
    one = bound(socket.SOCK_DGRAM, address, port)
    ready.set()
    while True:
        try:
            query, peer = one.recvfrom(4096)
            one.sendto(resolver.answer(query, peer), peer)
        except (OSError, IndexError, struct.error, UnicodeDecodeError):
            continue


def accept_all(ready, address, port, talk):
    one = bound(socket.SOCK_STREAM, address, port)
    one.listen(64)
    ready.set()
    while True:
        peer, where = one.accept()
        threading.Thread(target=guarded, args=(talk, peer, where), daemon=True).start()


def guarded(talk, peer, where):
    try:
        talk(peer, where)
    except (OSError, ssl.SSLError, IndexError, struct.error):
        pass


def dns_talk(resolver):
    def talk(peer, where):
        with peer:
            while True:
                head = peer.recv(2, socket.MSG_WAITALL)
                if len(head) < 2:
                    return
                query = peer.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
                reply = resolver.answer(query, where)
                peer.sendall(struct.pack(">H", len(reply)) + reply)
    return talk


def tls_talk(base):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(base + ".pem", base + ".key")

    def talk(peer, _):
        with context.wrap_socket(peer, server_side=True) as inside:
            inside.recv(1)
    return talk


def silent_talk(peer, _):
    with peer:
        time.sleep(30)


def http_talk(peer, _):
    with peer:
        peer.recv(1024)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def reset_talk(peer, _):
    peer.recv(1024)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def closing_talk(peer, _):
    peer.recv(1024)
    peer.close()


def missing():
    """What this machine lacks for such tests, or nothing."""
    if os.geteuid() != 0:
        return "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)"
    for program in ("ip", "nft", "openssl"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return f"needs {program}"
    try:
        Space().nft("table inet probe { }\n")
    except AssertionError as error:
        return str(error)
    return ""
