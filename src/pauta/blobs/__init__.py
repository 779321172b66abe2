"""The internal storage: files behind `kestra://` URIs."""
