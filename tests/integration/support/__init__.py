"""What the integration tests share: a real server, raw HTTP, certificates, the process table."""
