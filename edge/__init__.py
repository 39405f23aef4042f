"""What runs on the Pi of a station: pure logic, the durable outbox, the link to the hub, and the contract."""
