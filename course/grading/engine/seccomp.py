"""A seccomp filter for a sandboxed child: the system calls that could reach beyond its namespaces.

Namespaces and the lack of capabilities already refuse most of these. The filter closes what they leave open
(keyrings, other socket families, memory that no limit sees) and makes the kernel's less used corners unreachable.
Written as BPF by hand, because libseccomp's Python bindings need a system library that is not on every machine.

Source: Linux, Documentation/userspace-api/seccomp_filter.rst; numbers from asm/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct

_LD_ABS, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _ALLOW, _ERRNO = 0x8000_0000, 0x7FFF_0000, 0x0005_0000
_NR, _ARCH, _ARG0, _ARG2 = 0, 4, 16, 32  # offsets in struct seccomp_data; both machines are little-endian
_X32 = 0x4000_0000
_NEW_NAMESPACE = 0x7E02_0080  # CLONE_NEW* (user, pid, net, ipc, uts, cgroup, mount, time)
_NEWEST = 472  # what later kernels add is answered as if it did not exist

# name: (x86_64, aarch64); None where a machine lacks it
_REFUSED: dict[str, tuple[int | None, int]] = {
    # other processes' memory and files
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51),
    "pivot_root": (155, 41), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # what is shared by all processes of a user, whatever their namespaces
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # memory that belongs to no process, so that no limit counts it
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "mq_open": (240, 180),
    # large and seldom used parts of the kernel
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18), "vmsplice": (278, 75), "modify_ldt": (154, 1 << 29),
    # the machine itself
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "syslog": (103, 116), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "sethostname": (170, 161), "setdomainname": (171, 162), "personality": (135, 92), "vhangup": (153, 58),
    "nfsservctl": (180, 42), "io_setup": (206, 0), "iopl": (172, 1 << 29), "ioperm": (173, 1 << 29),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR, _SETSOCKOPT = (56, 220), (435, 435), (41, 198), (53, 199), (54, 208)
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_MACHINES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}  # column above, AUDIT_ARCH_*


def is_supported() -> bool:
    """Whether the filter is known for this machine."""
    return platform.machine() in _MACHINES


def program() -> bytes:
    """The filter for this machine, as an array of struct sock_filter.

    Raises:
        OSError: the machine is not one of those above.
    """
    if not is_supported():
        raise OSError(errno.ENOSYS, f"no list of system calls for {platform.machine()}")
    column, arch = _MACHINES[platform.machine()]
    refuse = _return(_ERRNO | errno.EPERM)
    missing = _return(_ERRNO | errno.ENOSYS)
    allow = _return(_ALLOW)
    lines = [
        _load(_ARCH), _jump(_JEQ, arch, 1, 0), _return(_KILL),
        _load(_NR), _jump(_JGE, _X32, 0, 1), _return(_KILL),
        _jump(_JGE, _NEWEST, 0, 1), missing,
        _jump(_JEQ, _CLONE3[column], 0, 1), missing,  # its flags lie in memory; libc falls back to clone
        _jump(_JEQ, _CLONE[column], 0, 4), _load(_ARG0), _jump(_JSET, _NEW_NAMESPACE, 0, 1), refuse, allow,
        _jump(_JEQ, _SOCKET[column], 1, 0), _jump(_JEQ, _SOCKETPAIR[column], 0, 3 + len(_FAMILIES)), _load(_ARG0),
        *(_jump(_JEQ, family, len(_FAMILIES) - position, 0) for position, family in enumerate(_FAMILIES)),
        _return(_ERRNO | errno.EAFNOSUPPORT), allow,
        # a larger buffer would be memory of no process; asked for one, it says yes and changes nothing
        _jump(_JEQ, _SETSOCKOPT[column], 0, 4), _load(_ARG2), _jump(_JEQ, socket.SO_SNDBUF, 0, 1), _return(_ERRNO),
        allow,
    ]  # fmt: skip
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None and number < _NEWEST:
            lines += [_jump(_JEQ, number, 0, 1), refuse]
    return b"".join([*lines, allow])


def install() -> None:
    """Filter the calls of this process and of all that it starts, for good. Needs no_new_privs.

    Raises:
        OSError: the kernel refuses the filter.
    """
    code = program()

    class Program(ctypes.Structure):
        _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    prepared = Program(len(code) // 8, code)
    if libc.prctl(22, 2, ctypes.byref(prepared), 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), "seccomp filter refused")


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", _LD_ABS, 0, 0, offset)


def _jump(test: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", test, if_true, if_false, value)


def _return(value: int) -> bytes:
    return struct.pack("=HBBI", _RETURN, 0, 0, value)
