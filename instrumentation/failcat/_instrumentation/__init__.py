"""What is attached to the process: the tracer provider, threads, exception hooks, frameworks."""
