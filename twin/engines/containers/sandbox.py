"""The launcher of a container: builds its namespaces and file system, then runs its program.

It runs in a process of its own, started by `mode.launching`, and therefore knows
nothing but the standard library, of which it imports the least, because each container pays
for its start: no pathlib, json or typing, and ``_signal`` and ``_socket`` instead of the modules
that are built upon them. The first process waits outside. The second is the first of the
container's process namespace: it lays out a new root, starts the program and passes on signals;
when it ends, the kernel ends everything in the container. Where the container serves, it also
opens connections inside the container's network for whoever asks on a Unix socket beside the
specification, and hands the open socket out.
"""

# ruff: noqa: PTH100, PTH101, PTH103, PTH110, PTH112, PTH114, PTH115, PTH118, PTH120, PTH123, PTH211

from __future__ import annotations

import ctypes
import errno
import fcntl
import marshal
import os
import select
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    import socket
    from typing import Any
else:
    import _signal as signal
    import _socket as socket

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC = 1, 2, 4, 32, 4096, 16384
_PRIVATE, _RELATIME, _DETACH = 1 << 18, 1 << 21, 2
_PDEATHSIG, _CAPBSET_DROP, _NO_NEW_PRIVS = 1, 24, 38
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_IFF_UP, _SIOCGIFFLAGS, _SIOCSIFFLAGS = 1, 0x8913, 0x8914
# What a container engine leaves to a container's root by default.
_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_ETC = (
    "alternatives", "ca-certificates", "ca-certificates.conf", "fonts", "group", "hosts",
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf",
    "passwd", "pki", "protocols", "resolv.conf", "services", "ssl", "timezone",
)  # fmt: skip
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_libc = ctypes.CDLL(None, use_errno=True)


def main(path: str) -> int:
    """Run the container that a specification describes and return its exit code."""
    with open(path, "rb") as file:
        spec: dict[str, Any] = marshal.load(file)  # noqa: S302 - written by the twin
    here = os.path.dirname(os.path.abspath(path))
    _unshare(spec)
    inner = os.fork()
    if inner == 0:
        os._exit(_guarded(spec, here))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _frame: _kill(inner, n))
    return _exit_code(_wait(inner))


def _guarded(spec: dict[str, Any], here: str) -> int:
    try:
        return _first(spec, here)
    except OSError as error:
        print(f"sandbox: {error}", file=sys.stderr, flush=True)
        return 125


def _first(spec: dict[str, Any], here: str) -> int:
    """Be the container's first process."""
    os.setsid()
    _libc.prctl(_PDEATHSIG, signal.SIGKILL)
    wake, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _n, _frame: None)
    door = _open_door(here) if spec["port"] else None
    if spec["isolated"]:
        _loopback_up()
    _lay_out(spec, os.path.join(here, "root"))
    program = os.fork()
    if program == 0:
        _become(spec)
    return _attend(program, wake, door, spec["port"])


def _attend(program: int, wake: int, door: socket.socket | None, port: int) -> int:
    """Pass on signals, collect orphans and hand out connections until the program ends."""
    watched: list[Any] = [wake] if door is None else [wake, door]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if wake in ready:
            for number in os.read(wake, 64):
                if number in (signal.SIGTERM, signal.SIGINT):
                    _kill(program, number)
            code = _collect(program)
            if code is not None:
                return code
        if door in ready and door is not None:
            _hand_out(door, port)


def _collect(program: int) -> int | None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == program:
            return _exit_code(status)
        if pid == 0:
            return None


def _open_door(here: str) -> socket.socket:
    # Bound by a name relative to the folder: a socket's path may have 107 bytes only.
    os.chdir(here)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind("door")
    door.listen(128)
    return door


def _hand_out(door: socket.socket, port: int) -> None:
    """Open a connection to the program's port and give it to who asked, or the error number."""
    # What accept() is built upon.
    asker = socket.socket(fileno=door._accept()[0])  # type: ignore[attr-defined]
    inside = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        asker.settimeout(2)
        if inside.connect_ex(("127.0.0.1", port)):
            asker.send(b"\x00")
        else:
            opened = struct.pack("i", inside.fileno())
            asker.sendmsg([b"\x01"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, opened)])
    except OSError:
        return
    finally:
        asker.close()
        inside.close()


def _become(spec: dict[str, Any]) -> None:
    try:
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.setsid()
        os.chdir(spec["working_folder"])
        for capability in range(64):
            if capability not in _CAPABILITIES:
                _libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
        _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        os.execvp(spec["command"][0], spec["command"])  # noqa: S606 - the container's program
    except OSError as error:
        print(f"{spec['command'][0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127 if error.errno == errno.ENOENT else 126)


def _unshare(spec: dict[str, Any]) -> None:
    if spec["user_namespace"]:
        user, group = os.getuid(), os.getgid()
        _check(_libc.unshare(_NEWUSER), "unshare a user namespace")
        for name, text in (
            ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1"),
        ):  # fmt: skip
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    wanted = _NEWNS | _NEWIPC | _NEWPID | (_NEWNET if spec["isolated"] else 0)
    _check(_libc.unshare(wanted), "unshare namespaces")


def _lay_out(spec: dict[str, Any], root: str) -> None:
    """Make a root of the host's system folders, the image's own folders and the job's folder."""
    _mount("none", "/", None, _REC | _PRIVATE)
    os.makedirs(root, exist_ok=True)
    _mount("tmpfs", root, "tmpfs", 0)
    places: dict[str, tuple[str, bool]] = {}
    for name in _SYSTEM:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
        elif os.path.isdir(f"/{name}"):
            places[f"/{name}"] = (f"/{name}", False)
    places |= {f"/etc/{name}": (f"/etc/{name}", False) for name in _ETC}
    places |= {folder: (folder, False) for folder in spec["host_folders"]}
    places |= {place: (source, True) for place, source in spec["mounts"].items()}
    for place, source in _of_image(spec["image"], "", places).items():
        places[place] = (source, False)
    for place in sorted(places):
        source, writable = places[place]
        if os.path.exists(source):
            _bind(source, root + place, writable=writable)
    for name in ("tmp", "var/tmp", "root", "run", "dev/shm"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    for name in ("tmp", "var/tmp", "dev/shm"):
        os.chmod(f"{root}/{name}", 0o1777)  # noqa: S103 - as everywhere
    for name in _DEVICES:
        _bind(f"/dev/{name}", f"{root}/dev/{name}", writable=True)
    _processes(root)
    _change_root(root)


def _of_image(image: str, folder: str, taken: dict[str, Any]) -> dict[str, str]:
    """Choose what to mount of the image: all that the host does not stand in for."""
    found: dict[str, str] = {}
    for entry in os.scandir(image + (folder or "/")):
        place = f"{folder}/{entry.name}"
        if place in taken or (not folder and entry.name in (*_SYSTEM, "etc", "proc", "dev", "tmp")):
            continue
        if any(other.startswith(f"{place}/") for other in taken):
            found |= _of_image(image, place, taken)
        else:
            found[place] = entry.path
    return found


def _bind(source: str, target: str, *, writable: bool) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    _mount(source, target, None, _BIND | _REC)
    if not writable:
        held = os.statvfs(target).f_flag
        # In a user namespace the flags of the original mount are locked and must be repeated.
        kept = (held & 0xF) | (held & 0xC00) | (_RELATIME if held & 4096 else 0)
        _mount("none", target, None, _BIND | _REMOUNT | _RDONLY | kept)


def _processes(root: str) -> None:
    os.makedirs(f"{root}/proc", exist_ok=True)
    try:
        _mount("proc", f"{root}/proc", "proc", _NOSUID | _NODEV)
    except OSError:
        # Where the host's own /proc is masked, a new one is refused.
        _mount("/proc", f"{root}/proc", None, _BIND | _REC)


def _change_root(root: str) -> None:
    os.chdir(root)
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        os.chroot(".")
    else:
        _check(_libc.syscall(number, b".", b"."), "pivot_root")
        _check(_libc.umount2(b".", _DETACH), "umount the old root")
    os.chdir("/")


def _loopback_up() -> None:
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    request = struct.pack("16sh14x", b"lo", 0)
    flags = struct.unpack("16sh14x", fcntl.ioctl(control.fileno(), _SIOCGIFFLAGS, request))[1]
    up = struct.pack("16sh14x", b"lo", flags | _IFF_UP)
    fcntl.ioctl(control.fileno(), _SIOCSIFFLAGS, up)
    control.close()


def _mount(source: str, target: str, kind: str | None, flags: int) -> None:
    system = kind.encode() if kind else None
    done = _libc.mount(source.encode(), target.encode(), system, ctypes.c_ulong(flags), None)
    _check(done, f"mount {source} on {target}")


def _check(done: int, what: str) -> None:
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot {what}: {os.strerror(number)}")


def _wait(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def enter() -> None:
    """Run the container whose specification the last argument names, and end with its code."""
    sys.exit(main(sys.argv[-1]))
