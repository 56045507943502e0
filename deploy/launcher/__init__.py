"""The launcher behind deploy/run; standard library only, so it works before the virtual environment exists."""
