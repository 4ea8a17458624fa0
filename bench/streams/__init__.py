"""One publisher and many viewers, against our engine and against Janus."""
