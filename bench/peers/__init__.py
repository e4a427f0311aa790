"""What the gateway is measured against: bare servers, and the same work in other frameworks."""
