"""The program beside pauta that starts commands and lets none of their processes survive.

It runs alone, with nothing but the standard library, as ``python -I -S keeper.py``. One *launcher* serves one pauta
process: for each command it gets three file descriptors through its socket (standard input) and forks a *keeper*.
The keeper adopts whatever the command leaves behind, tells pauta how the command ended, and kills all its
descendants when pauta says so or closes the connection, which is also what happens when pauta dies by SIGKILL.
A fork of this small process costs a millisecond; a fork of pauta would cost ten.

pauta sends a request (see ``request``), then at most ``T`` (stop: SIGTERM, three seconds, SIGKILL); closing, also of
its sending side only, means kill. The keeper answers in lines: ``started <pid>`` or ``failed <errno>``, then perhaps
``ended`` when the command has ended but not all that it started, and at last
``gone <exit code> <seconds of CPU time> <peak memory in kilobytes>``.
"""

# Signals and prctl options are numbers here: importing signal and enum would double the start of this program.
from __future__ import annotations

import os
import select
import sys
import time
from resource import RUSAGE_CHILDREN, getrusage

SIGKILL, SIGPIPE, SIGTERM, SIGXFSZ = 9, 13, 15, 25
PR_SET_CHILD_SUBREAPER = 36
GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""
_KILLING = 5.0
"""Seconds after which processes that cannot be killed are given up."""
_HEADER = 8
_TICK = 1000
"""Milliseconds between two looks for adopted processes that have ended."""


def request(folder: str, arguments: list[str], environment: dict[str, str]) -> bytes:
    """A request as it is sent: its length in eight bytes, then texts that end with NUL."""
    variables = [f"{name}={value}" for name, value in environment.items()]
    texts = [folder, str(len(arguments)), *arguments, *variables]
    body = b"".join(os.fsencode(text) + b"\0" for text in texts)
    return len(body).to_bytes(_HEADER, "little") + body


def serve() -> None:
    """Be the launcher until pauta closes the socket and all keepers have ended."""
    from _socket import socket

    adopt_orphans()
    connection, keepers = socket(fileno=0), dict[int, int]()
    poll = select.poll()
    poll.register(0, select.POLLIN)
    is_open = True
    while is_open or keepers:
        for descriptor, _ in poll.poll():
            if descriptor:
                bury(descriptor, keepers, poll)
            elif descriptors := receive(connection):
                add_keeper(descriptors, keepers, poll)
            else:
                poll.unregister(0)
                is_open = False


def receive(connection: object) -> list[int]:
    """The file descriptors of the next command: connection, stdout, stderr. Nothing when pauta is gone."""
    from _socket import SCM_RIGHTS, socket

    assert isinstance(connection, socket)  # noqa: S101 -- for the reader and the type checker
    data, messages, _, _ = connection.recvmsg(1, 64)
    rights = [content for _, kind, content in messages if kind == SCM_RIGHTS]
    if not data or not rights:
        return []
    return [int.from_bytes(rights[0][start : start + 4], "little") for start in range(0, len(rights[0]) // 4 * 4, 4)]


def add_keeper(descriptors: list[int], keepers: dict[int, int], poll: select.poll) -> None:
    """Start the keeper of a command. ``keepers`` has process ids by the descriptors that tell of their end."""
    pid = fork_keeper(descriptors)
    handle = os.pidfd_open(pid)
    keepers[handle] = pid
    poll.register(handle, select.POLLIN)


def fork_keeper(descriptors: list[int]) -> int:
    """Fork the keeper of a command; gives its process id."""
    child = os.fork()
    if child:
        for descriptor in descriptors:
            os.close(descriptor)
        return child
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        Keeper(*descriptors).keep()
        code = 0
    finally:
        os._exit(code)


def bury(handle: int, keepers: dict[int, int], poll: select.poll) -> None:
    """Take note of a keeper's end; what one that was killed left behind is killed."""
    poll.unregister(handle)
    os.close(handle)
    _, status = os.waitpid(keepers.pop(handle), 0)
    if status:
        kill_orphans(set(keepers.values()))


def kill_orphans(keepers: set[int]) -> None:
    """Kill all descendants but the keepers and what is below them."""
    end = time.monotonic() + _KILLING
    while (left := descendants(keepers)) and time.monotonic() < end:
        signal_all(left, SIGKILL)
        for pid in left:
            bury_child(pid)
        time.sleep(0.001)


def bury_child(pid: int) -> None:
    """Take note of the end of a process that may be a child."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


class Keeper:
    """Keeps one command. ``control`` is the connection to pauta; the others are the command's outputs."""

    def __init__(self, control: int, stdout: int, stderr: int) -> None:
        self.control = control
        self.outputs = (stdout, stderr)
        self.command = 0
        self.handle = -1
        self.status: int | None = None
        self.alone = False
        self.told = False
        self.deadline: float | None = None
        self.asked: set[int] = set()

    def keep(self) -> None:
        """Start the command, wait for its end or a word from pauta, and leave nothing behind."""
        adopt_orphans()
        if self.start():
            try:
                self.attend()
            finally:
                self.leave()

    def start(self) -> bool:
        """Start the command in a session of its own."""
        for descriptor in (self.control, *self.outputs):
            os.set_inheritable(descriptor, False)  # noqa: FBT003 -- its only argument
        try:
            self.command = spawn(self.receive(), *self.outputs)
        except OSError as error:
            self.tell(f"failed {error.errno}")
            return False
        for descriptor in self.outputs:
            os.close(descriptor)
        self.tell(f"started {self.command}")
        return True

    def receive(self) -> list[bytes]:
        """The texts of the request."""
        size = int.from_bytes(self.read(_HEADER), "little")
        return self.read(size).split(b"\0")[:-1]

    def read(self, size: int) -> bytes:
        """Exactly so many bytes from pauta; when pauta is gone, so is this process."""
        data = bytearray()
        while len(data) < size:
            part = self.hear(size - len(data))
            if not part:
                os._exit(0)
            data += part
        return bytes(data)

    def hear(self, size: int) -> bytes:
        """At most so many bytes from pauta; nothing when it closed the connection or died, with or without words."""
        try:
            return os.read(self.control, size)
        except OSError:
            return b""

    def attend(self) -> None:
        """Return when nothing is left, or when it has to end: pauta closed the connection or asked long ago."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        self.handle = os.pidfd_open(self.command)
        poll.register(self.handle, select.POLLIN)
        while not self.overdue():
            has_word = any(descriptor == self.control for descriptor, _ in poll.poll(self.patience()))
            self.look_after(poll)
            if self.alone or (has_word and not self.obey()):
                return

    def look_after(self, poll: select.poll) -> None:
        """Take note of processes that ended; tell pauta when it is the command, and nothing is being stopped."""
        if self.note_ended():
            poll.unregister(self.handle)
        self.alone = not has_children()
        if self.deadline is not None:
            self.ask_to_end(family().get(os.getpid(), []))  # started too late to be seen, and left by their parents
        elif self.status is not None and not self.told and not self.alone:
            self.told = True
            self.tell("ended")

    def note_ended(self) -> bool:
        """Bury the processes that ended; whether the command is among them."""
        ended = dict(ended_children())
        self.status = ended.get(self.command, self.status)
        return self.command in ended

    def obey(self) -> bool:
        """Do what pauta asks for; False means that all has to end now."""
        if self.hear(1) != b"T":
            return False
        self.deadline = self.deadline or time.monotonic() + GRACE
        self.ask_to_end(descendants())
        return True

    def ask_to_end(self, processes: list[int]) -> None:
        """Send SIGTERM to those that did not get it yet."""
        signal_all([pid for pid in processes if pid not in self.asked], SIGTERM)
        self.asked.update(processes)

    def overdue(self) -> bool:
        """Whether the time after a stop is over."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def leave(self) -> None:
        """Kill what is left, and say that nothing is."""
        self.kill_all()
        code = os.waitstatus_to_exitcode(SIGKILL if self.status is None else self.status)
        used = getrusage(RUSAGE_CHILDREN)
        self.tell(f"gone {code} {used.ru_utime + used.ru_stime:.6f} {used.ru_maxrss}")

    def patience(self) -> float:
        """Milliseconds until the next look at the processes."""
        return _TICK if self.deadline is None else 20

    def tell(self, line: str) -> None:
        """Say something to pauta; when it is gone, nobody needs to know."""
        try:
            os.write(self.control, line.encode() + b"\n")
        except OSError:
            self.kill_all()
            os._exit(0)

    def kill_all(self) -> None:
        """Kill all descendants, also those that appear meanwhile.

        A look at all processes may miss one whose parent ends meanwhile: only having no children any more is the end.
        """
        end = time.monotonic() + _KILLING
        while has_children() and time.monotonic() < end:
            signal_all(descendants(), SIGKILL)
            self.note_ended()
            time.sleep(0.001)


def spawn(texts: list[bytes], stdout: int, stderr: int) -> int:
    """Start a requested command; gives its process id. Raises OSError when it cannot be started."""
    folder, count = texts[0], int(texts[1])
    arguments, variables = texts[2 : 2 + count], texts[2 + count :]
    environment = dict(variable.split(b"=", 1) for variable in variables)
    os.chdir(folder)
    os.environb[b"PATH"] = environment.get(b"PATH", os.fsencode(os.defpath))  # where posix_spawnp looks
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, stdout, 1),
        (os.POSIX_SPAWN_DUP2, stderr, 2),
    ]
    return os.posix_spawnp(
        arguments[0],
        arguments,
        environment,
        file_actions=files,
        setsid=True,
        setsigmask=[],
        setsigdef=[SIGPIPE, SIGXFSZ],
    )


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends, whatever session they are in."""
    from ctypes import CDLL

    CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ended_children() -> list[tuple[int, int]]:
    """Process ids and wait statuses of the children that ended since the last look."""
    ended: list[tuple[int, int]] = []
    try:
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(found)
    except ChildProcessError:
        pass
    return ended


def has_children() -> bool:
    """Whether any child is left."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def signal_all(processes: list[int], number: int) -> None:
    """Send a signal to processes that may be gone already."""
    for pid in processes:
        try:
            os.kill(pid, number)
        except OSError:
            continue


def descendants(except_below: set[int] | None = None) -> list[int]:
    """The process ids of all descendants of this process, without some and what is below them."""
    children = family()
    found: list[int] = []
    open_ends = [os.getpid()]
    while open_ends:
        below = [pid for pid in children.get(open_ends.pop(), []) if pid not in (except_below or ())]
        found += below
        open_ends += below
    return found


def family() -> dict[int, list[int]]:
    """The children of every process of this machine."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 -- as below
        if name.isdigit() and (parent := parent_of(name)) is not None:
            children.setdefault(parent, []).append(int(name))
    return children


def parent_of(name: str) -> int | None:
    """The parent of a process; None when it is gone."""
    try:
        with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 -- pathlib would double the start
            state = file.read()
    except OSError:
        return None
    return int(state[state.rindex(b")") + 2 :].split(None, 2)[1])


if __name__ == "__main__":
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    serve()
    sys.exit(0)
