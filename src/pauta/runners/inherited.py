"""What commands inherit from this process: its surroundings, and nothing that may hold a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pauta.runners.interpreters import find_uv, program_folders

_NAMES = frozenset(
    {
        *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "HOSTNAME"),
        *("LD_LIBRARY_PATH", "JAVA_HOME", "PYENV_ROOT", "PYTHONDONTWRITEBYTECODE"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
        *("GIT_SSL_CAINFO", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"),
    }
)
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_FAMILIES = re.compile(r"LC_|XDG_|UV_|PIP_|CUDA_|NVIDIA_|OMP_")
_SECRETIVE = re.compile(r"SECRET|PASSWORD|TOKEN|CREDENTIAL|KEY", re.IGNORECASE)


def for_commands(ours: Mapping[str, str], folder: Path, own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command that runs in ``folder``: ``own`` variables win.

    At the end of PATH are uv and the Python versions that are installed.
    """
    harmless = {name: value for name, value in for_installers(ours).items() if not _SECRETIVE.search(name)}
    variables = {**harmless, "WORKING_DIR": str(folder), "OUTPUT_DIR": str(folder), **own}
    parts = [variables.get("PATH") or os.defpath, *_at_the_end_of_path()]
    return {**variables, "PATH": os.pathsep.join(parts)}


@cache
def _at_the_end_of_path() -> list[str]:
    uv = find_uv()
    return [str(folder) for folder in (*([uv.parent] if uv else ()), *program_folders())]


def for_installers(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of installers: also the credentials of package indices."""
    return {**_certificates(), **{name: value for name, value in ours.items() if _is_inherited(name)}}


def _is_inherited(name: str) -> bool:
    return name.upper() in _NAMES or _FAMILIES.match(name) is not None


@cache
def _certificates() -> dict[str, str]:
    """Lets uv trust what the system trusts (a company's own authority), where the system has certificates."""
    return {"UV_SYSTEM_CERTS": "true"} if any(map(os.path.isfile, _BUNDLES)) else {}
