"""``python -m pauta`` is the command ``pauta``."""

from pauta.cli.main import main

main()
