"""The command line: `failcat`."""

import sys


def main() -> None:
    """The console script. Names the extra to install when only the agent's part of Failcat is installed."""
    if sys.argv[1:] == ["doctor", "--agent"]:  # in an agent's environment, which has no extra
        from failcat._instrumentation.status import main as doctor_of_agent

        sys.exit(doctor_of_agent())
    try:
        from failcat_sidecar.cli.main import failcat
    except ModuleNotFoundError as error:
        sys.exit(f'failcat: the command line needs {error.name}: pip install "failcat[sidecar,embedded]"')
    failcat()
