"""`python -m glasshall`."""

from glasshall.cli.main import run

run()
