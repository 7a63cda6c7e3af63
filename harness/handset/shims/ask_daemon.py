#!/usr/bin/python3 -IS
# Every Android command of the handset: asks the state daemon and copies its answer. Imports next to nothing, so that
# a command costs about 15 ms: adb tools run hundreds of them.
import _socket
import posix
import select
import sys

argv = [sys.argv[0].rpartition("/")[2], *sys.argv[1:]]
uid = b"0" if posix.environ.get(b"HANDSET_SU") else b"2000"
words = b",".join(word.encode("utf-8", "surrogateescape").hex().encode() for word in argv)
cwd = posix.getcwd().replace("\\", "\\\\").replace('"', '\\"').encode()
link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
try:
    link.connect("/data/system/handset.sock")
except OSError:
    posix.write(2, b"cmd: Can't find service: " + argv[0].encode() + b"\n")
    posix._exit(20)
link.sendall(b'{"type":"command","argv":"' + words + b'","uid":' + uid + b',"cwd":"' + cwd + b'"}\n')


def exactly(count: int) -> bytes:
    parts = []
    while count:
        part = link.recv(min(count, 1 << 20))
        if not part:
            posix.write(2, argv[0].encode() + b": the handset's state daemon has gone\n")
            posix._exit(20)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


either = select.poll()
either.register(link, select.POLLIN)
either.register(1, 0)  # only whether whoever reads our output has gone: what goes on for long must then end
while True:
    if any(what == 1 for what, _ in either.poll()):
        posix._exit(1)
    head = exactly(5)
    content = exactly(int.from_bytes(head[1:], "big"))
    if head[:1] == b"x":
        posix._exit(int(content))
    stream = 1 if head[:1] == b"o" else 2
    while content:
        try:
            content = content[posix.write(stream, content) :]
        except OSError:  # whoever read our output has gone
            posix._exit(1)
