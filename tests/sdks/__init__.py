"""Hook files against the SDKs' own binaries, which are fetched from public npm packages and never kept here."""
