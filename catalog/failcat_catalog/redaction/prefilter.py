"""Tells which marks of secrets occur in a text: only those finders run that have something to find."""

from __future__ import annotations

from failcat_catalog.needles import Needles
from failcat_catalog.redaction.gates import SHORT_STEMS, SIGNS, STEMS
from failcat_catalog.redaction.urls import COMMANDS

PEM, PUTTY, AT, HOOK, BEARER, BASIC = "-----", "private-lines", "@", "hook", "bearer ", "basic "
MARKS = Needles((PEM, PUTTY, AT, HOOK, BEARER, BASIC, *COMMANDS, *STEMS), SHORT_STEMS, SIGNS)
