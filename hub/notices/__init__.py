"""What customers are told: letters written to the outbox in the transaction that is their cause, and sent after it."""
