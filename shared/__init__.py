"""What every service shares: messages, identities, errors, settings and the edges to Kafka, search, HTTP and telemetry."""
