"""Contents of conversations: prompts, completions, arguments and results of tools. They are private and large, so
neither sidecar nor agent passes them on unless FAILCAT_KEEP_CONTENTS is set."""

from __future__ import annotations

from failcat_catalog.contents.documents import without_contents_in_json
from failcat_catalog.contents.markers import without_contents
from failcat_catalog.contents.names import URL_NAMES, is_content
from failcat_catalog.contents.queries import without_contents_in_query

__all__ = ["URL_NAMES", "is_content", "without_contents", "without_contents_in_json", "without_contents_in_query"]
