"""Reading sessions: request, connection, per-second meter, per-minute billing, chat."""
