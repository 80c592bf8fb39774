"""The worker process: executes what the broker leases to it."""
