"""From a configuration to a running show."""
