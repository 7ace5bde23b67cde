"""The catalog of a running sidecar: built-in, the operator's files, entries promoted into PostgreSQL. Reloaded live."""

from failcat_sidecar.catalog_layers.layers import CatalogLayers
from failcat_sidecar.catalog_layers.promoted import with_promoted

__all__ = ["CatalogLayers", "with_promoted"]
