"""Real concurrency: provider processes that write to one CloudWatch Logs at once, over HTTP, with faults."""
