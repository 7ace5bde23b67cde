"""The command line: `failcat`."""

import sys


def main() -> None:
    """The console script. Names the extra to install when only the agent's part of Failcat is installed."""
    try:
        from failcat_sidecar.cli.main import failcat
    except ModuleNotFoundError as error:
        sys.exit(f'failcat: the command line needs {error.name}: pip install "failcat[sidecar,embedded]"')
    failcat()
