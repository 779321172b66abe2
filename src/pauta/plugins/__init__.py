"""One room per integration, one file per task; a plugin imports only `pauta.sdk`."""
