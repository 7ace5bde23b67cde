"""A real file system that can be made to fail. Needs root and loop devices."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from pathlib import Path

import pytest

EXT4_IOC_SHUTDOWN, WITHOUT_FLUSHING_THE_LOG = 0x8004587D, 2


class Ext4:
    """A real file system in a file."""

    def __init__(self, folder: Path, *, size_mib: int = 32) -> None:
        self.image, self.mount = folder / "image", folder / "disk"
        self.mount.mkdir()
        with self.image.open("wb") as file:
            file.truncate(size_mib << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self.image)], check=True)
        self.plug_in()

    def plug_in(self) -> None:
        """On a loop device of its own: the kernel would mount the dead file system again while files of it are open."""
        attach = ["losetup", "--find", "--show", str(self.image)]
        attached = subprocess.run(attach, capture_output=True, text=True, check=False)
        device = attached.stdout.strip()
        mount = ["mount", device, str(self.mount)]
        if attached.returncode or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("mounting a file system needs root and a loop device")
        subprocess.run(["losetup", "--detach", device], check=True)  # as soon as it is not mounted any more

    def die(self) -> None:
        """As after an error of the device: every read and write is EIO."""
        descriptor = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING_THE_LOG))
        finally:
            os.close(descriptor)

    def go_read_only(self) -> None:
        """As ext4 does by itself after an error in its own data."""
        source = subprocess.check_output(["findmnt", "-no", "SOURCE", str(self.mount)], text=True).strip()
        subprocess.run(["mount", "-o", "remount,errors=remount-ro", str(self.mount)], check=True)
        Path(f"/sys/fs/ext4/{Path(source).name}/trigger_fs_error").write_text("a test")

    def pull_out(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.mount)], check=True)
