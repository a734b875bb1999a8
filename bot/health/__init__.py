"""Whether Paperboy does its work, for whoever runs it: probes, metrics, incidents, a heartbeat."""
