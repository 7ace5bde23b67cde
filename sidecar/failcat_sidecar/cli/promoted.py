"""The catalog as a sidecar on this database has it."""

from __future__ import annotations

import click

from failcat_catalog.catalog import Catalog
from failcat_catalog.text import printable
from failcat_sidecar.catalog_layers import with_promoted
from failcat_storage.database import Database
from failcat_storage.promoted import promoted_entries


async def under_promoted(database: Database, *bases: Catalog) -> list[Catalog]:
    """Each of `bases` with the promoted entries laid over it; says which are left out because they are broken."""
    found = await promoted_entries(database)
    layers = [with_promoted(base, found.entries if found else ()) for base in bases]
    for problem in dict.fromkeys(problem for layered in layers for problem in layered.problems):
        click.echo(f"left out: {printable(problem)}", err=True)
    return [layered.catalog for layered in layers]
