"""`python -m failcat_storage.alembic_script upgrade base:head`: the SQL of these steps, as alembic writes it."""

from __future__ import annotations

import sys
from io import StringIO

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from failcat_storage.revisions import UNKNOWN_REVISION, migrations_folder


def main(direction: str, steps: str) -> None:
    script = StringIO()
    config = Config(output_buffer=script)
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    try:
        (command.downgrade if direction == "downgrade" else command.upgrade)(config, steps, sql=True)
    except CommandError as error:
        sys.stderr.write(str(error))
        sys.exit(UNKNOWN_REVISION)
    sys.stdout.write(script.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
