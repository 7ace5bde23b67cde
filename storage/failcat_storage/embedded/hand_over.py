"""Data that a shared account owned go to the account of their own."""

from __future__ import annotations

import os

from failcat_storage.embedded.account import Account
from failcat_storage.embedded.layout import Layout


def is_foreign(layout: Layout, account: Account) -> bool:
    """Whether the data belong to another account than the server's."""
    return account.uid is not None and layout.cluster.exists() and layout.cluster.stat().st_uid != account.uid


def hand_over(layout: Layout, account: Account) -> None:
    """Changes the owner of all that the earlier account owns in the server's folders; the data folder itself comes
    last, so that an interrupted hand-over goes on at the next start. No server may run. Raises OSError.

    The earlier account may have put anything there: links are not followed, and what belongs to others stays theirs.
    """
    assert account.uid is not None
    assert account.gid is not None
    before = layout.cluster.stat().st_uid
    tops = [layout.logs, layout.sockets, layout.cluster]
    for top in filter(os.path.isdir, tops):  # the sockets' folder may lie outside, and goes with the server
        for _, _, files, folder in os.fwalk(top, topdown=False, follow_symlinks=False):
            for name in files:
                if os.stat(name, dir_fd=folder, follow_symlinks=False).st_uid == before:
                    os.chown(name, account.uid, account.gid, dir_fd=folder, follow_symlinks=False)
            if os.fstat(folder).st_uid == before:  # through its descriptor: its name may lead elsewhere by now
                os.fchown(folder, account.uid, account.gid)
